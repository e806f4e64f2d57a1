using Understudy.Inference.FunctionCalls;
using Understudy.Inference.OpenAi;

namespace Understudy.Verifier.LanguageModels;

/// <summary>Prompts as a model reads them.</summary>
internal static class PromptTokens
{
    /// <summary>The tokens of a text; a text of nothing begins where a document does.</summary>
    /// <exception cref="RequestInvalidException">It is empty, and the model has no token that begins a document.</exception>
    public static int[] Of(string text, ServedModel model, string field)
    {
        var tokens = FunctionCallPrompt.EncodeRunningText(model.Model.Tokenizer, text);
        return tokens.Length > 0 ? tokens
            : (model.Model.Tokenizer.EndOfText ?? model.EndTokens.Cast<int?>().FirstOrDefault()) is { } token ? [token]
            : throw new RequestInvalidException($"'{field}' is empty, and '{model.Name}' has no token that begins a text. Give at least one character.", field);
    }

    /// <summary>Tokens that the caller gave.</summary>
    /// <exception cref="RequestInvalidException">There are none, or one is not in the vocabulary.</exception>
    public static int[] Checked(int[] tokens, ServedModel model, string field)
    {
        if (tokens.Length == 0)
        {
            throw new RequestInvalidException($"'{field}' has no token; give at least one.", field);
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)model.Model.Tokenizer.VocabularySize)
            {
                throw new RequestInvalidException($"'{field}' has the token {token}; the vocabulary of '{model.Name}' has 0 to {model.Model.Tokenizer.VocabularySize - 1}.", field);
            }
        }

        return tokens;
    }
}
