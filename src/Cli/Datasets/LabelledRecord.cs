namespace Understudy.Cli.Datasets;

/// <summary>A text and its right label.</summary>
/// <param name="Id">The record's own, or <c>line-N</c>.</param>
/// <param name="Text">What a model is asked.</param>
/// <param name="Label">The gold label's name.</param>
internal sealed record LabelledRecord(string Id, string Text, string Label)
{
    /// <summary>False where the id only says which line it stands on.</summary>
    public bool HasId { get; init; } = true;
}
