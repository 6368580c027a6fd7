"""The rules of security that every stack keeps, as functions over what a program registers.

The tests run them over every stack, and `pulumi preview --policy-pack policy` over a real one.
docs/security.md says which control of AWS, cdk-nag, checkov and prowler each rule stands for.
"""
