using Understudy.Inference.OpenAi;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Shortens a conversation by role: what the system or the developer says stays whole, and so do calls of tools with their answers, which belong
/// together, and the user's last message, which the rest is read for. Of the other turns what it needs stays, in their order; turns of which nothing
/// stays are left out.
/// </summary>
public static class ConversationCompression
{
    /// <summary>
    /// The turns that stay, by their index, each with its content. Tokens are those of the contents. <see cref="CompressedPrompt.Documents"/> counts
    /// only the turns that may be shortened.
    /// </summary>
    /// <exception cref="CompressionOptionsInvalidException">An option is out of its limits.</exception>
    public static (IReadOnlyList<(int Turn, string Content)> Turns, CompressedPrompt Prompt) CompressTurns(
        this PromptCompressor compressor, IReadOnlyList<ChatTurn> turns, CompressionOptions options, CancellationToken cancellationToken = default)
    {
        var question = -1;
        List<int> whole = [], open = [];
        for (var i = 0; i < turns.Count; i++)
        {
            (StaysWhole(turns[i]) ? whole : open).Add(i);
            question = turns[i].Role == "user" ? i : question;
        }

        open.Remove(question);
        var prompt = compressor.Compress(
            new()
            {
                Instruction = string.Join("\n\n", whole.Select(i => turns[i].Content).Where(content => content.Length > 0)),
                Documents = [.. open.Select(i => new PromptDocument(turns[i].Content))],
                Question = question < 0 ? "" : turns[question].Content,
            },
            options with { Consecutive = true },
            cancellationToken);
        if (prompt.Yielded is not null)
        {
            return ([.. turns.Select((turn, i) => (i, turn.Content))], prompt);
        }

        var kept = prompt.Documents.Zip(prompt.Parts.Documents, (document, part) => (Turn: open[document], part.Text)).ToDictionary(turn => turn.Turn, turn => turn.Text);
        return ([.. turns.Index().Where(turn => !open.Contains(turn.Index) || kept.ContainsKey(turn.Index))
            .Select(turn => (turn.Index, kept.GetValueOrDefault(turn.Index, turn.Item.Content)))], prompt);
    }

    private static bool StaysWhole(ChatTurn turn) => turn.Role is "system" or "developer" or "tool" || turn.CallsTools || turn.Content.Length == 0;
}
