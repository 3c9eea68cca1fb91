"""The REST face of products, orders and invoices."""

from crm.core.filters import OwnedFilter
from crm.core.viewsets import RecordViewSet

from .filters import InvoiceFilter
from .models import Invoice, Order, Product
from .serializers import InvoiceSerializer, OrderSerializer, ProductSerializer


class ProductViewSet(RecordViewSet):
    queryset = Product.objects.all()
    serializer_class = ProductSerializer


class OrderViewSet(RecordViewSet):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OwnedFilter


class InvoiceViewSet(RecordViewSet):
    queryset = Invoice.objects.all()
    serializer_class = InvoiceSerializer
    filterset_class = InvoiceFilter
