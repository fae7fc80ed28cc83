"""POST /predict: one picture in, a digit out, as the common demo programs ask for it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from inkread.service import openapi
from inkread.service.answers import answered, json_response, prediction_json
from inkread.service.problems import READ_PROBLEMS, SAVE_PROBLEMS, documented
from inkread.service.saving import Save, saved, saver_of
from inkread.service.schemas import Prediction
from inkread.service.uploads import picture_in_json, picture_or_json

_EXAMPLE = "curl -F file=@seven.png http://127.0.0.1:8000/predict"


def router(max_body: int) -> APIRouter:
    """The route, for bodies of at most ``max_body`` bytes."""
    routes = APIRouter(tags=["read"])

    @routes.post(
        "/predict",
        summary="Read the digit in a picture",
        response_model=Prediction,
        responses=documented(*READ_PROBLEMS, *SAVE_PROBLEMS),
        openapi_extra=openapi.body(openapi.FILE, openapi.ANY_FIELD, openapi.RAW, example=_EXAMPLE),
        max_body_size=max_body,
    )
    async def predict(request: Request, save: Save = False) -> Response:
        """A file under any name, a JSON object with a picture in any field, or the picture alone."""
        saver = saver_of(request) if save else None
        upload = await picture_or_json(request, picture_in_json)
        answer = await answered(request, upload)
        kept = await saved(request, saver, answer) if saver else {}
        return json_response({**prediction_json(answer), **kept})

    return routes
