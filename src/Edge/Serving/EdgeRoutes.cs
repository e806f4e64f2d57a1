using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Problems;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Serving;

/// <summary>What the agent serves: the cloud's <c>infer</c>, by its own path and a short one, OpenAI's chat, and how it is.</summary>
internal static class EdgeRoutes
{
    /// <summary>The form of the Api's answers.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void MapEdge(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/infer", (HttpContext http, SiteInference inference) => GuardAsync(http, problem => problem.Document(http), () => InferAsync(http, inference, null)));
        endpoints.MapPost("/api/tasks/{task}/infer", (HttpContext http, SiteInference inference, string task) => GuardAsync(http, problem => problem.Document(http), () => InferAsync(http, inference, task)));
        endpoints.MapPost("/v1/chat/completions", (HttpContext http, SiteInference inference) => GuardAsync(http, problem => problem.ErrorBody(http), () => ChatHandler.AnswerAsync(http, inference)));
        endpoints.MapGet("/v1/models", (SiteReleases releases, TimeProvider time) => TypedResults.Json(
            new ModelList("list", [.. releases.Tasks.Select(task => new ModelCard(task, "model", CreatedOf(releases, task), "understudy"))]), OpenAiJson.Options));
        endpoints.MapFallback("/v1/{**rest}", (HttpContext http) => TypedResults.Json(
            ErrorBody.UnknownUrl(http.Request.Method, http.Request.Path, "POST /v1/chat/completions and GET /v1/models"), OpenAiJson.Options, statusCode: StatusCodes.Status404NotFound));
        endpoints.MapGet("/status", (SiteMemory memory, StatusReporter reporter) => TypedResults.Json(memory.Tasks.Select(reporter.StatusOf), Json));
        endpoints.MapGet("/health/live", () => TypedResults.Json(new { status = "live" }));
        endpoints.MapGet("/health/ready", (SiteReleases releases) => releases.Tasks.Count > 0
            ? TypedResults.Json(new { status = "ready", tasks = releases.Tasks })
            : TypedResults.Json(new { status = "not ready", tasks = releases.Tasks }, statusCode: StatusCodes.Status503ServiceUnavailable));
    }

    /// <summary>Whether the caller lets its inputs be kept for the cloud.</summary>
    /// <exception cref="RequestInvalidException">The header says neither.</exception>
    public static bool MayStore(HttpRequest request) => Flag(
        request, CloudClient.StoreHeader, otherwise: true, "Send 'false' if nothing of this request may be kept; otherwise leave it out.", "invalid_store");

    /// <summary>Whether the caller wants the lead asked about every input.</summary>
    /// <exception cref="RequestInvalidException">The header says neither.</exception>
    public static bool MustVerify(HttpRequest request) => Flag(
        request, CloudClient.VerifyHeader, otherwise: false, "Send 'true' if the lead is to be asked about every input; otherwise leave it out.", "invalid_verify");

    /// <summary>The body as JSON, never more than <see cref="EdgeOptions.BodyBytes"/>, which the server sees to.</summary>
    public static Task<JsonElement> BodyAsync(HttpContext http) =>
        RequestJson.ReadAsync(http.Request.Body, http.Request.ContentType, http.Request.Headers.ContentEncoding, http.RequestAborted);

    private static async Task<IResult> InferAsync(HttpContext http, SiteInference inference, string? task)
    {
        var services = http.RequestServices;
        var call = InferReader.Read(await BodyAsync(http), task, services.GetRequiredService<SiteReleases>().Tasks, services.GetRequiredService<IOptions<EdgeOptions>>().Value);
        try
        {
            var answers = await inference.AnswerAsync(call.Task, call.Inputs, MayStore(http.Request), MustVerify(http.Request), http.RequestAborted);
            return call.Single ? TypedResults.Json(answers[0], Json) : TypedResults.Json(new Answers(answers), Json);
        }
        catch (InputTooLongException error)
        {
            throw new RequestInvalidException(error.Message, call.Single ? "input" : $"inputs[{error.Index}]", RequestInvalidException.TooLong);
        }
    }

    private static bool Flag(HttpRequest request, string header, bool otherwise, string remedy, string code) => request.Headers[header].ToString().Trim().ToLowerInvariant() switch
    {
        "" => otherwise,
        "true" => true,
        "false" => false,
        var other => throw new RequestInvalidException($"The header {header} is '{other}'. {remedy}", header, code),
    };

    private static async Task<IResult> GuardAsync(HttpContext http, Func<EdgeProblem, IResult> show, Func<Task<IResult>> handler)
    {
        try
        {
            return await handler();
        }
        catch (Exception error) when (EdgeProblem.Of(error) is { } problem)
        {
            return show(problem);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // nobody is there to be answered
        }
    }

    private static long CreatedOf(SiteReleases releases, string task)
    {
        using var lease = releases.Acquire(task);
        return lease.Release.Manifest.CreatedAt.ToUnixTimeSeconds();
    }

    private sealed record Answers([property: JsonPropertyName("answers")] IReadOnlyList<Answer> All);
}
