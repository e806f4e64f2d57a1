using Understudy.Inference.FunctionCalls;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Tokenization;

namespace Understudy.Verifier.LanguageModels;

/// <summary>For models that were taught to turn one request into one answer, such as a call: the last message of the user is the request, and nothing else is read.</summary>
internal sealed class FunctionCallTemplate : ChatTemplate
{
    public override int? AnswerToken(TextTokenizer tokenizer) => FunctionCallPrompt.AnswerMarker(tokenizer);

    public override int[] Encode(TextTokenizer tokenizer, IReadOnlyList<ChatTurn> turns) => turns.LastOrDefault(turn => turn.Role == "user") is { Role: not null } request
        ? FunctionCallPrompt.Encode(tokenizer, request.Content)
        : throw new RequestInvalidException("'messages' has none of the role 'user', and this model reads the last one of those. Add one.", "messages");
}
