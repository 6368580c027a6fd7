"""Security rules for every stack: functions over the resources that a program registers.

The tests run them on every stack, and `pulumi preview --policy-pack policy` runs them on yours.
docs/security.md maps each rule to the controls of AWS, cdk-nag, checkov and prowler.
"""
