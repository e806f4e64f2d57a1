using Understudy.Inference.OpenAi;

namespace Understudy.Verifier.OpenAi;

internal sealed class ChatForm : ICompletionForm
{
    private const string Chunk = "chat.completion.chunk";

    public string Operation => "chat";

    public object Whole(CompletionHead head, IReadOnlyList<ICompletionForm.Output> outputs, Usage usage) => new Answer<ChatChoice>(
        head.Id, "chat.completion", head.Created, head.Model,
        [.. outputs.Select((output, index) => new ChatChoice(
            index, new("assistant", output.Text.ToString(), null), output.LogProbabilities?.TakeForChat(), output.Last.Finish.Word()))],
        usage);

    public object Opening(CompletionHead head, int index) => Streamed(head, new(index, new("assistant", ""), null, null));

    public object Piece(CompletionHead head, int index, string text, LogProbabilityList? logProbabilities, string? finish) =>
        Streamed(head, new(index, new(null, text.Length > 0 ? text : null), logProbabilities?.TakeForChat(), finish));

    public object Closing(CompletionHead head, Usage usage) => new Answer<ChatPiece>(head.Id, Chunk, head.Created, head.Model, [], usage);

    private static Answer<ChatPiece> Streamed(CompletionHead head, ChatPiece piece) => new(head.Id, Chunk, head.Created, head.Model, [piece], null);
}
