"""The REST face of companies and persons."""

from crm.core.filters import OwnedFilter
from crm.core.matchedviews import MatchedViewSet
from crm.core.viewsets import RecordViewSet

from .models import Account, Contact, Customer, Supplier
from .serializers import (
    AccountSerializer,
    ContactSerializer,
    CustomerSerializer,
    SupplierSerializer,
)


class AccountViewSet(MatchedViewSet):
    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    filterset_class = OwnedFilter


class ContactViewSet(MatchedViewSet):
    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = OwnedFilter


class CustomerViewSet(MatchedViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    filterset_class = OwnedFilter


class SupplierViewSet(RecordViewSet):
    queryset = Supplier.objects.all()
    serializer_class = SupplierSerializer
