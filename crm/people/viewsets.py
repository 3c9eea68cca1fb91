"""The REST face of companies and persons."""

from crm.core.filters import OwnedFilter
from crm.core.viewsets import RecordViewSet

from .models import Account, Contact, Customer, Supplier
from .serializers import (
    AccountSerializer,
    ContactSerializer,
    CustomerSerializer,
    SupplierSerializer,
)


class AccountViewSet(RecordViewSet):
    queryset = Account.objects.all()
    serializer_class = AccountSerializer
    filterset_class = OwnedFilter


class ContactViewSet(RecordViewSet):
    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = OwnedFilter


class CustomerViewSet(RecordViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    filterset_class = OwnedFilter


class SupplierViewSet(RecordViewSet):
    queryset = Supplier.objects.all()
    serializer_class = SupplierSerializer
