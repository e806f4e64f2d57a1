using System.Text;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.LanguageModels;

/// <summary>For models that were taught no conversation of their own: a transcript, as it stands in plain text, that ends where the answer begins.</summary>
internal sealed class TranscriptTemplate : ChatTemplate
{
    public override IReadOnlyList<string> Stop { get; } = ["\nuser:"];

    public override int[] Encode(TextTokenizer tokenizer, IReadOnlyList<ChatTurn> turns)
    {
        var transcript = new StringBuilder();
        foreach (var turn in turns)
        {
            transcript.Append(turn.Role).Append(": ").Append(turn.Content).Append('\n');
        }

        return tokenizer.Encode(transcript.Append("assistant:").ToString(), template: true);
    }
}
