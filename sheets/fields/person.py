"""Person: the id of somebody with an account."""

from sheets.fields.reference import ReferenceType


class PersonType(ReferenceType):
    """A person."""

    key = "person"
    label = "人员"
    control = "person"
    kind = "person"
