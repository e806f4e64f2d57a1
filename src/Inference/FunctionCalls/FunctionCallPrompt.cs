using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// How a request becomes a prompt: the request token, the request with its white space made single spaces, the call token. A model may read
/// the request more than once, each time after a request token: in its second reading a word is seen with all that follows it, which causal
/// attention alone cannot do (Xu et al., arXiv 2309.06275; Springer et al., arXiv 2402.15449). The answer is <see cref="FunctionCall.ToJson"/>
/// and the end-of-text token. The markers are tokens of their own, and a request is encoded without special tokens, so that no request can
/// imitate them.
/// </summary>
public static class FunctionCallPrompt
{
    public const string RequestToken = "<|request|>";
    public const string CallToken = "<|call|>";

    /// <summary>Stands between a reason and the answer, for models that were taught by rationales; others have no such token.</summary>
    public const string AnswerToken = "<|answer|>";

    /// <summary>The special tokens that a tokenizer for function calls has.</summary>
    public static IReadOnlyList<string> SpecialTokens { get; } = [BpeTraining.EndOfTextToken, RequestToken, CallToken];

    /// <summary>Those of a tokenizer whose models give a reason before they answer (Fine-tune-CoT, arXiv 2212.10071).</summary>
    public static IReadOnlyList<string> SpecialTokensWithReasons { get; } = [.. SpecialTokens, AnswerToken];

    /// <summary>What <see cref="TextTokenizer.WithTemplate"/> takes for a model that reads a request so often.</summary>
    public static IReadOnlyList<string?> Template(int readings) => [.. Enumerable.Repeat<string?[]>([RequestToken, null], readings).SelectMany(pieces => pieces), CallToken];

    /// <summary>Whether a tokenizer's model reads such prompts.</summary>
    public static bool Fits(TextTokenizer tokenizer) => tokenizer.Id(RequestToken) is not null && tokenizer.Id(CallToken) is not null;

    /// <summary>What <see cref="Decoding.GenerationOptions.AnswerToken"/> is behind such a prompt; null for a model that answers at once.</summary>
    public static int? AnswerMarker(TextTokenizer tokenizer) => tokenizer.Id(AnswerToken);

    /// <summary>A text that is no request, as it stands: with what the file puts around a text, unless that is what makes a request of it.</summary>
    public static int[] EncodeRunningText(TextTokenizer tokenizer, string text) => tokenizer.Encode(text, template: !Fits(tokenizer));

    /// <summary>The prompt that the tokenizer's model was trained for.</summary>
    /// <param name="longest">Tokens; a longer request loses its end, the same in every reading.</param>
    /// <exception cref="TokenizerInvalidException">The tokenizer lacks the markers.</exception>
    public static int[] Encode(TextTokenizer tokenizer, string request, int longest = int.MaxValue) =>
        EncodeReadings(tokenizer, request, tokenizer.Readings, longest);

    /// <param name="readings">How often the request stands in the prompt.</param>
    /// <inheritdoc cref="Encode(TextTokenizer, string, int)"/>
    public static int[] EncodeReadings(TextTokenizer tokenizer, string request, int readings, int longest)
    {
        var (begin, call) = (Marker(tokenizer, RequestToken), Marker(tokenizer, CallToken));
        var words = tokenizer.Encode(Normal(request));
        var room = Math.Max(0, (longest - 1 - readings) / readings);
        int[] reading = [begin, .. words.AsSpan(0, Math.Min(words.Length, room))];
        return [.. Enumerable.Repeat(reading, readings).SelectMany(tokens => tokens), call];
    }

    /// <summary>A request with single spaces between its words and none around them.</summary>
    public static string Normal(string request) => string.Join(' ', request.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static int Marker(TextTokenizer tokenizer, string token) => tokenizer.Id(token)
        ?? throw new TokenizerInvalidException($"The tokenizer has no token '{token}', so its model was not trained for function calls. Use the tokenizer of a function-call release.");
}
