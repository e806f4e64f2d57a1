namespace Understudy.Training.LanguageModels;

/// <summary>What was measured of an exported decoder.</summary>
/// <param name="ExactMatch">Share of the requests whose call greedy decoding writes without a mistake; by part of the data.</param>
/// <param name="Agreement">Share of the tokens of running text at which its most likely next token is the float32 model's.</param>
internal sealed record DecoderFacts(long Bytes, IReadOnlyDictionary<string, double> ExactMatch, double Agreement);
