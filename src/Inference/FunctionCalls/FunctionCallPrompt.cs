using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// How a request becomes a prompt: the request token, the request with its white space made single spaces, the call token. The answer is
/// <see cref="FunctionCall.ToJson"/> and the end-of-text token. The markers are tokens of their own, and a request is encoded without
/// special tokens, so that no request can imitate them.
/// </summary>
public static class FunctionCallPrompt
{
    public const string RequestToken = "<|request|>";
    public const string CallToken = "<|call|>";

    /// <summary>The special tokens that a tokenizer for function calls has.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [BpeTraining.EndOfTextToken, RequestToken, CallToken];

    /// <summary>The prompt as text, for whoever encodes it with special tokens.</summary>
    public static string Text(string request) => RequestToken + Normal(request) + CallToken;

    /// <exception cref="TokenizerInvalidException">The tokenizer lacks the markers.</exception>
    public static int[] Encode(TextTokenizer tokenizer, string request) =>
        [Marker(tokenizer, RequestToken), .. tokenizer.Encode(Normal(request)), Marker(tokenizer, CallToken)];

    internal static string Normal(string request) => string.Join(' ', request.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Marker(TextTokenizer tokenizer, string token) => tokenizer.Id(token)
        ?? throw new TokenizerInvalidException($"The tokenizer has no token '{token}', so its model was not trained for function calls. Use the tokenizer of a function-call release.");
}
