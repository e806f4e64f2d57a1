using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Understudy.Inference.Batching;
using Understudy.Inference.Leads;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Problems;

/// <summary>What an exception means to a caller.</summary>
/// <param name="Type">A short slug that programs can tell problems apart by.</param>
/// <param name="Field">The field at fault; null when it is no single field's.</param>
internal sealed record EdgeProblem(int Status, string Type, string Title, string Detail, string Remedy, string? Field = null)
{
    /// <summary>When it is worth trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Null for what is not the caller's to know.</summary>
    public static EdgeProblem? Of(Exception error) => error switch
    {
        RequestInvalidException invalid => new(invalid.Code == RequestInvalidException.MediaType ? 415 : 400, invalid.Code.Replace('_', '-'), "Request not valid", invalid.Message, "Correct the field and send the request again.", invalid.Field ?? "body"),
        TaskNotFoundException => new(404, "unknown-task", "Unknown task", error.Message, "Choose one from GET /v1/models, or wait for the site's first update.", "task"),
        ReleaseNotFoundException => new(404, "unknown-release", "Unknown release", error.Message, "Leave the release out.", "version"),
        LeadAwayException { IsRefusal: true } => new(422, "lead-refused", "The lead does not take the input", error.Message, "Change the input: the lead answers the same request the same way, and no student can answer in its place."),
        LeadAwayException away => new(503, "lead-away", "The lead is away", error.Message, "Send the request again later.") { RetryAfter = away.RetryAfter },
        OverloadedException => new(429, "overloaded", "Too many wait", error.Message, "Send the request again in a few seconds.") { RetryAfter = TimeSpan.FromSeconds(2) },
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(413, "body-too-large", "Request body too large", "The request body is larger than Edge:BodyBytes.", "Send fewer or shorter inputs.", "body"),
        _ => null,
    };

    /// <summary>As a problem document (RFC 9457).</summary>
    public IResult Document(HttpContext http)
    {
        Say(http);
        var document = new ProblemDetails { Status = Status, Type = $"urn:understudy:problem:{Type}", Title = Title, Detail = Detail, Extensions = { ["remedy"] = Remedy } };
        if (Field is not null)
        {
            document.Extensions["field"] = Field;
        }

        return TypedResults.Problem(document);
    }

    /// <summary>As OpenAI's error object.</summary>
    public IResult ErrorBody(HttpContext http)
    {
        Say(http);
        var type = Status switch { 429 => "rate_limit_error", >= 500 => "server_error", _ => "invalid_request_error" };
        return TypedResults.Json(new ErrorBody(new($"{Detail} {Remedy}", type, Field, Type.Replace('-', '_'))), OpenAiJson.Options, statusCode: Status);
    }

    private void Say(HttpContext http)
    {
        if (RetryAfter is { } after)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(after.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }
    }
}
