"""Whether SPDX lists a licence, by the list in `packaging`."""


def is_spdx(expression: str) -> bool:
    """Whether a text is an SPDX licence expression: identifiers of the list, or LicenseRef- ones, joined by AND, OR and WITH."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    return True
