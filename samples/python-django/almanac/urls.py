from django.urls import path, register_converter

from moon import views
from moon.converters import DateConverter

register_converter(DateConverter, "date")

urlpatterns = [
    path("", views.today, name="today"),
    path("<date:day>/", views.on, name="on"),
    path("<date:day>.json", views.as_json, name="json"),
]
