using Understudy.Inference.Decoding;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;

namespace Understudy.Verifier.Tests;

/// <summary>Small random language models with a byte-level tokenizer.</summary>
internal static class TinyModels
{
    /// <summary>Writes a model and its tokenizer into a folder of their own, and gives the model's path.</summary>
    /// <param name="specialTokens">Of the tokenizer; null for the end of a text alone.</param>
    public static string Write(
        string folder, int seed = 1, int maxTokens = 640, DecoderFamily family = DecoderFamily.Understudy, string name = "model.onnx", IReadOnlyList<string>? specialTokens = null)
    {
        Directory.CreateDirectory(folder);
        var tokenizer = BpeTrainer.Train(
            ["the cat and the dog and the other cat sat on the mat and the rest of it"],
            new() { Vocabulary = 280, SpecialTokens = specialTokens ?? [BpeTraining.EndOfTextToken], MinCount = 2 });
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        var shape = new DecoderShape(tokenizer.VocabularySize, Width: 32, Layers: 2, Heads: 4, KvHeads: 2, HeadDim: 16, FeedForward: 64, MaxTokens: maxTokens);
        var path = Path.Combine(folder, name);
        DecoderExport.Save(DecoderWeights.Random(shape, seed, spread: 4), DecoderPrecision.Float32, path, family);
        return path;
    }
}
