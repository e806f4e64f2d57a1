namespace Understudy.Inference.Classification;

/// <summary>Writes a text's token ids and returns how many: at most <paramref name="maxTokens"/>, which <paramref name="ids"/> has room for. Thread-safe.</summary>
internal delegate int TextEncoder(string text, int maxTokens, Span<int> ids);
