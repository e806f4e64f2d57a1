using Grpc.Core;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Speculation;
using Understudy.Verifier.LanguageModels;
using Understudy.Verifier.Scheduling;

namespace Understudy.Verifier.Problems;

/// <summary>What an exception means to a caller, over HTTP and over gRPC.</summary>
/// <param name="Type">In OpenAI's words.</param>
/// <param name="Param">The field; null when it is no single field's fault.</param>
/// <param name="Code">In OpenAI's words where there are some.</param>
internal sealed record Problem(int Status, StatusCode Grpc, string Message, string Type, string? Param, string? Code)
{
    private const string Invalid = "invalid_request_error", Server = "server_error";

    /// <summary>When it is worth trying again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>True when nothing that the caller did explains it: it belongs into the log.</summary>
    public bool IsOurs => Status == StatusCodes.Status500InternalServerError;

    public static Problem Of(Exception error) => error switch
    {
        RequestInvalidException { Code: RequestInvalidException.MediaType } type => Bad(error.Message, type.Field, type.Code) with { Status = StatusCodes.Status415UnsupportedMediaType },
        RequestInvalidException invalid => Bad(error.Message, invalid.Field, invalid.Code),
        ModelNotFoundException => new(404, StatusCode.NotFound, error.Message, Invalid, "model", "model_not_found"),
        NoRoomException full => new(429, StatusCode.ResourceExhausted, error.Message, "rate_limit_error", null, "queue_full") { RetryAfter = full.RetryAfter },
        NotReadyException => new(503, StatusCode.Unavailable, error.Message, Server, null, "not_ready") { RetryAfter = TimeSpan.FromSeconds(2) },
        SequenceTooLongException => Bad(error.Message, null, RequestInvalidException.TooLong),
        TokenTreeInvalidException => Bad(error.Message, "tree", "invalid_tree"),
        GrammarInvalidException => Bad($"The schema cannot be used: {error.Message}", "response_format", "invalid_schema"),
        GenerationOptionsInvalidException => Bad(error.Message, null, RequestInvalidException.InvalidValue),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(413, StatusCode.InvalidArgument, "The body is larger than the limit Limits:BodyBytes. Send a shorter prompt, or fewer prompts.", Invalid, null, "body_too_large"),
        BadHttpRequestException bad => new(bad.StatusCode, StatusCode.InvalidArgument, bad.Message, Invalid, null, null),
        _ => new(500, StatusCode.Internal, "Something went wrong inside the service; its log has more.", Server, null, null),
    };

    private static Problem Bad(string message, string? field, string code) => new(400, StatusCode.InvalidArgument, message, Invalid, field, code);
}
