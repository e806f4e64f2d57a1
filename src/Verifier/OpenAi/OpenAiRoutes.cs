using System.Text.Json;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.OpenAi;

/// <summary>The OpenAI-compatible API.</summary>
internal static class OpenAiRoutes
{
    public static void MapOpenAi(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.MapGroup("/v1").AddEndpointFilter<ErrorFilter>();
        api.MapPost("/chat/completions", async (HttpContext http, ChatReader reader, CompletionHandler handler) =>
            await handler.AnswerAsync(http, reader.Read(await BodyAsync(http)), new ChatForm()));
        api.MapPost("/completions", async (HttpContext http, CompletionReader reader, CompletionHandler handler) =>
            await handler.AnswerAsync(http, reader.Read(await BodyAsync(http)), new TextForm()));
        api.MapGet("/models", (ModelShelf shelf) =>
            TypedResults.Json(new ModelList("list", [.. shelf.Models.Select(model => Card(model.Key, model.Value))]), OpenAiJson.Options));
        api.MapGet("/models/{**name}", (string name, ModelShelf shelf) => TypedResults.Json(Card(name, shelf.Get(name)), OpenAiJson.Options));
        api.MapFallback("{**rest}", (HttpContext http) => TypedResults.Json(
            ErrorBody.UnknownUrl(http.Request.Method, http.Request.Path, "POST /v1/chat/completions, POST /v1/completions and GET /v1/models"),
            OpenAiJson.Options,
            statusCode: StatusCodes.Status404NotFound));
    }

    private static ModelCard Card(string name, ServedModel model) => new(name, "model", model.Created.ToUnixTimeSeconds(), "understudy");

    private static Task<JsonElement> BodyAsync(HttpContext http) =>
        RequestJson.ReadAsync(http.Request.Body, http.Request.ContentType, http.Request.Headers.ContentEncoding, http.RequestAborted);
}
