using Understudy.Inference.OpenAi;

namespace Understudy.Verifier.OpenAi;

internal sealed class TextForm : ICompletionForm
{
    private const string Kind = "text_completion";

    public string Operation => Kind;

    public object Whole(CompletionHead head, IReadOnlyList<ICompletionForm.Output> outputs, Usage usage) => new Answer<TextChoice>(
        head.Id, Kind, head.Created, head.Model,
        [.. outputs.Select((output, index) => new TextChoice(index, output.Text.ToString(), output.LogProbabilities?.Take(), output.Last.Finish.Word()))],
        usage);

    public object? Opening(CompletionHead head, int index) => null;

    public object Piece(CompletionHead head, int index, string text, LogProbabilityList? logProbabilities, string? finish) =>
        new Answer<TextChoice>(head.Id, Kind, head.Created, head.Model, [new(index, text, logProbabilities?.Take(), finish)], null);

    public object Closing(CompletionHead head, Usage usage) => new Answer<TextChoice>(head.Id, Kind, head.Created, head.Model, [], usage);
}
