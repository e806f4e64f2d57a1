using Understudy.Inference.OpenAi;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Shortens a conversation by role: what the system or the developer says stays whole, and so does the user's last message, which the rest is read
/// for. Of the other turns what it needs stays, in their order; turns of which nothing stays are left out.
/// </summary>
public static class ConversationCompression
{
    /// <summary>Tokens are those of the contents. <see cref="CompressedPrompt.Documents"/> counts only the turns that may be shortened.</summary>
    /// <exception cref="CompressionOptionsInvalidException">An option is out of its limits.</exception>
    public static (IReadOnlyList<ChatTurn> Turns, CompressedPrompt Prompt) CompressTurns(this PromptCompressor compressor, IReadOnlyList<ChatTurn> turns, CompressionOptions options)
    {
        var question = -1;
        List<int> whole = [], open = [];
        for (var i = 0; i < turns.Count; i++)
        {
            (turns[i].Role is "system" or "developer" ? whole : open).Add(i);
            question = turns[i].Role == "user" ? i : question;
        }

        open.Remove(question);
        var prompt = compressor.Compress(
            new()
            {
                Instruction = string.Join("\n\n", whole.Select(i => turns[i].Content)),
                Documents = [.. open.Select(i => new PromptDocument(turns[i].Content))],
                Question = question < 0 ? "" : turns[question].Content,
            },
            options with { Consecutive = true });
        if (prompt.Yielded is not null)
        {
            return (turns, prompt);
        }

        var kept = prompt.Documents.Zip(prompt.Parts.Documents, (document, part) => (Turn: open[document], part.Text)).ToDictionary(turn => turn.Turn, turn => turn.Text);
        return ([.. turns.Index().Where(turn => !open.Contains(turn.Index) || kept.ContainsKey(turn.Index))
            .Select(turn => turn.Item with { Content = kept.GetValueOrDefault(turn.Index, turn.Item.Content) })], prompt);
    }
}
