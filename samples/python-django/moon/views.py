from datetime import timedelta

from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from moon.phases import phase_of

WEEK = [timedelta(days=number) for number in range(7)]


def today(request):
    return on(request, timezone.now().date())


def on(request, day):
    days = [(day + offset, phase_of(day + offset)) for offset in WEEK]
    return render(request, "moon/week.html", {"day": day, "days": days})


def as_json(request, day):
    phase = phase_of(day)
    return JsonResponse({"day": day.isoformat(), "phase": phase.name, "age": phase.age})
