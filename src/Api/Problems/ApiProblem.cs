namespace Understudy.Api.Problems;

/// <summary>Something that a caller can put right, on its way to becoming an RFC 9457 problem document.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="type">A short slug that programs can tell problems apart by.</param>
/// <param name="title">The kind of problem in a few words.</param>
/// <param name="detail">What was wrong with this request.</param>
/// <param name="remedy">What to do about it.</param>
/// <param name="field">The field, header or path segment at fault.</param>
/// <param name="limit">The limit that was passed.</param>
internal sealed class ApiProblem(
    int status, string type, string title, string detail, string remedy, string? field = null, long? limit = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string Type { get; } = type;

    public string Title { get; } = title;

    public string Remedy { get; } = remedy;

    public string? Field { get; } = field;

    public long? Limit { get; } = limit;

    /// <summary>When it is worth sending the request again; null for never.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Further members of the document.</summary>
    public Dictionary<string, object?> Extensions { get; } = [];
}
