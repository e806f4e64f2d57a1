using Understudy.Inference.FunctionCalls;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.LanguageModels;

/// <summary>How a conversation becomes a prompt for a model.</summary>
internal abstract class ChatTemplate
{
    /// <summary>Texts that end an answer, because a model that goes on would speak for the user.</summary>
    public virtual IReadOnlyList<string> Stop => [];

    /// <summary>Behind which the model's answer begins, where it gives a reason first; null for a model that answers at once.</summary>
    public virtual int? AnswerToken(TextTokenizer tokenizer) => null;

    public abstract int[] Encode(TextTokenizer tokenizer, IReadOnlyList<ChatTurn> turns);

    /// <summary>The template that a tokenizer's special tokens ask for.</summary>
    public static ChatTemplate For(TextTokenizer tokenizer) => FunctionCallPrompt.Fits(tokenizer) ? new FunctionCallTemplate() : new TranscriptTemplate();
}
