using System.Text.Json;

namespace Understudy.Inference.OpenAi;

/// <summary>How the answers of one kind of request look.</summary>
/// <param name="prefix">Of an answer's id.</param>
public abstract class CompletionForm(string prefix)
{
    public static CompletionForm Chat { get; } = new ChatForm();

    public static CompletionForm Text { get; } = new TextForm();

    public CompletionHead NewHead(string model, DateTimeOffset now) => new($"{prefix}-{Guid.NewGuid():N}", now.ToUnixTimeSeconds(), model);

    public abstract object Whole(CompletionHead head, string text, string finish, Usage usage);

    /// <summary>What opens a stream; null for nothing.</summary>
    public abstract object? Opening(CompletionHead head);

    public abstract object Piece(CompletionHead head, string text);

    /// <summary>The last piece, with the receipt.</summary>
    public abstract object Last(CompletionHead head, string finish, JsonElement receipt);

    /// <summary>What closes a stream whose caller asked for the usage.</summary>
    public abstract object Closing(CompletionHead head, Usage usage);

    private sealed class ChatForm() : CompletionForm("chatcmpl")
    {
        public override object Whole(CompletionHead head, string text, string finish, Usage usage) => new Answer<ChatChoice>(
            head.Id, "chat.completion", head.Created, head.Model, [new(0, new("assistant", text, null), null, finish)], usage);

        public override object Opening(CompletionHead head) => Chunk(head, new("assistant", ""));

        public override object Piece(CompletionHead head, string text) => Chunk(head, new(null, text));

        public override object Last(CompletionHead head, string finish, JsonElement receipt) => Chunk(head, new(null, null), finish) with { Receipt = receipt };

        public override object Closing(CompletionHead head, Usage usage) => Chunk(head, new(null, null)) with { Choices = [], Usage = usage };

        private static Answer<ChatPiece> Chunk(CompletionHead head, ChatDelta delta, string? finish = null) =>
            new(head.Id, "chat.completion.chunk", head.Created, head.Model, [new(0, delta, null, finish)], null);
    }

    private sealed class TextForm() : CompletionForm("cmpl")
    {
        public override object Whole(CompletionHead head, string text, string finish, Usage usage) => Of(head, text, finish) with { Usage = usage };

        public override object? Opening(CompletionHead head) => null;

        public override object Piece(CompletionHead head, string text) => Of(head, text);

        public override object Last(CompletionHead head, string finish, JsonElement receipt) => Of(head, "", finish) with { Receipt = receipt };

        public override object Closing(CompletionHead head, Usage usage) => Of(head, "") with { Choices = [], Usage = usage };

        private static Answer<TextChoice> Of(CompletionHead head, string text, string? finish = null) =>
            new(head.Id, "text_completion", head.Created, head.Model, [new(0, text, null, finish)], null);
    }
}
