namespace Understudy.Api.OpenAi;

/// <summary>A request for a completion, read and checked.</summary>
/// <param name="Model">A task's name, or <c>task@version</c>.</param>
/// <param name="Input">What the task is to answer.</param>
/// <param name="Stream">Whether the answer comes as events.</param>
/// <param name="IncludeUsage">Whether a stream ends with the usage.</param>
internal sealed record CompletionCall(string Model, string Input, bool Stream, bool IncludeUsage)
{
    /// <summary>Where the input stood; null where nobody says it.</summary>
    public string? InputField { get; init; }

    /// <summary>Whether the lead's answer may be kept as a lesson: not if <c>store</c> or the header says no.</summary>
    public bool Store { get; init; } = true;

    /// <summary>Whether the lead is asked, however sure a student is.</summary>
    public bool Verify { get; init; }
}
