import factory

from crm.documents.models import Document


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    title = factory.Sequence("Document {}".format)
    file_name = factory.Sequence("file{}.pdf".format)
