namespace Understudy.Inference.OpenAi;

/// <summary>What went wrong, in OpenAI's form.</summary>
public sealed record ErrorBody(ErrorBody.Detail Error)
{
    /// <param name="Message">What was wrong, where, and what to do.</param>
    /// <param name="Type">In OpenAI's words.</param>
    /// <param name="Param">The field; null when it is no single field's fault.</param>
    /// <param name="Code">For programs.</param>
    public sealed record Detail(string Message, string Type, string? Param, string? Code);
}
