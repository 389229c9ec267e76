"""Organisation: the id of a unit."""

from sheets.fields.reference import ReferenceType


class OrganisationType(ReferenceType):
    """A unit of the bureau, a street, a department."""

    key = "organisation"
    label = "单位"
    control = "organisation"
    kind = "organisation"
