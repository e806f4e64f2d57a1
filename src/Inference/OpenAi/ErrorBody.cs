namespace Understudy.Inference.OpenAi;

/// <summary>What went wrong, in OpenAI's form.</summary>
public sealed record ErrorBody(ErrorBody.Detail Error)
{
    /// <summary>For a request to a path, or by a method, that is not served.</summary>
    /// <param name="known">What is.</param>
    public static ErrorBody UnknownUrl(string method, string? path, string known) =>
        new(new Detail($"There is no {method} {path}. There are {known}.", "invalid_request_error", null, "unknown_url"));

    /// <param name="Message">What was wrong, where, and what to do.</param>
    /// <param name="Type">In OpenAI's words.</param>
    /// <param name="Param">The field; null when it is no single field's fault.</param>
    /// <param name="Code">For programs.</param>
    public sealed record Detail(string Message, string Type, string? Param, string? Code);
}
