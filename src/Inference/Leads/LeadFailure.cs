using System.ClientModel;
using System.Globalization;
using Grpc.Core;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Understudy.Inference.Leads;

/// <summary>What a failed attempt means: whether another may do better, when, and what to tell people.</summary>
internal static class LeadFailure
{
    /// <summary>Characters of what an endpoint says.</summary>
    private const int MostSaid = 200;

    /// <summary>Seconds; a longer wait counts as so long.</summary>
    private const double LongestWait = 24 * 60 * 60;

    /// <summary>True for what passes by itself: no connection, no time, too many requests, a server's fault, a garbled answer.</summary>
    public static bool IsTransient(Exception error) => error switch
    {
        ClientResultException { Status: 0 or 408 or 409 or 429 or >= 500 } => true,
        ClientResultException => false,
        RpcException rpc => rpc.StatusCode is not (StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented),
        LeadAnswerInvalidException or HeldBackException or TimeoutRejectedException or HttpRequestException or IOException or AggregateException => true,
        OperationCanceledException => true, // a client's own time limit: who cancelled on purpose is heard before this is asked, or asked about beside it
        _ => false,
    };

    /// <summary>True where the endpoint takes this one request never: too long for it, or against its rules. Where it does not know the caller or the model, no request is at fault.</summary>
    public static bool IsRefusal(Exception error) =>
        error is ClientResultException { Status: 400 or 413 or 422 } or RpcException { StatusCode: StatusCode.InvalidArgument };

    /// <summary>True where nothing was generated, so nothing is billed: the endpoint refused, or could not be reached. What broke off on the way back may have been.</summary>
    public static bool IsFree(Exception error) => error switch
    {
        ClientResultException { Status: 408 } => false,
        ClientResultException { Status: (>= 400 and <= 500) or 503 } => true,
        ClientResultException { InnerException: { } inner } => IsFree(inner),
        AggregateException { InnerException: { } inner } => IsFree(inner),
        RpcException rpc => rpc.StatusCode is not (StatusCode.DeadlineExceeded or StatusCode.Cancelled),
        HttpRequestException http => http.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        _ => false,
    };

    /// <summary>When the endpoint says to come again, in seconds or as a date (RFC 9110); null when it does not.</summary>
    public static TimeSpan? RetryAfter(Exception error, DateTimeOffset now)
    {
        error = error is HeldBackException held ? held.InnerException! : error;
        var said = error switch
        {
            ClientResultException result => result.GetRawResponse() is { } response && response.Headers.TryGetValue("retry-after", out var value) ? value : null,
            RpcException rpc => rpc.Trailers.GetValue("retry-after"),
            _ => null,
        };
        var seconds = double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : DateTimeOffset.TryParseExact(said, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? (at - now).TotalSeconds
            : double.NaN;
        return seconds >= 0 ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait)) : null;
    }

    public static string Describe(Exception error) => error switch
    {
        BrokenCircuitException => "it failed too often lately and is left alone for a while",
        TimeoutRejectedException timeout => string.Create(CultureInfo.InvariantCulture, $"it did not answer within {timeout.Timeout.TotalSeconds:0.###} s"),
        ClientResultException { Status: > 0 } result => string.Create(CultureInfo.InvariantCulture, $"it answered with HTTP {result.Status}{Said(result)}"),
        RpcException rpc => $"it answered with gRPC {rpc.StatusCode}: {rpc.Status.Detail}",
        LeadAnswerInvalidException => char.ToLowerInvariant(error.Message[0]) + error.Message[1..].TrimEnd('.'),
        HeldBackException { InnerException: { } refusal } => Describe(refusal),
        AggregateException { InnerException: { } inner } => Describe(inner),
        _ => error.Message.TrimEnd('.'),
    };

    /// <summary>What the endpoint says is wrong with the request, which is the last paragraph of the client's message; not of the credentials, of which it may show a part.</summary>
    private static string Said(ClientResultException error)
    {
        var said = error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return error.Status is not (400 or 404 or 413 or 422) || said.Length < 2 ? ""
            : said[^1].Length <= MostSaid ? $": {said[^1].TrimEnd('.')}"
            : $": {said[^1][..MostSaid]}…";
    }
}
