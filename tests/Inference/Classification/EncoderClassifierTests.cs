using CsCheck;
using Microsoft.ML.OnnxRuntime;
using Understudy.Inference.Classification;
using Understudy.Inference.Features;

namespace Understudy.Inference.Tests.Classification;

public sealed class EncoderClassifierTests
{
    private const int Labels = 3, Vocabulary = 64, MaxTokens = 40;
    private static readonly NgramOptions Ngrams = new() { Buckets = 128, FeatureLimit = 50 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Score_AnyBatch_EqualsScoringOneAtATime(bool ngrams)
    {
        using var encoder = Create(ngrams);
        Gen.String[Gen.Char['a', 'z'], 0, 120].List[0, 40].Sample(texts =>
        {
            var logits = new float[texts.Count * Labels];
            encoder.Score(texts, logits);
            for (var i = 0; i < texts.Count; i++)
            {
                var expected = Reference(texts[i], ngrams);
                for (var label = 0; label < Labels; label++)
                {
                    Assert.Equal(expected[label], logits[(i * Labels) + label], 1e-4);
                }
            }
        }, iter: 50, threads: 1);
    }

    [Fact]
    public async Task Score_FromManyThreads_GivesEachItsOwn()
    {
        using var encoder = Create(ngrams: true);
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), async (i, _) =>
        {
            await Task.Yield();
            string[] texts = [new((char)('a' + (i % 26)), (i % 60) + 1), "zz"];
            var logits = new float[texts.Length * Labels];
            encoder.Score(texts, logits);
            Assert.Equal(Reference(texts[0], ngrams: true)[0], logits[0], 1e-3);
        });
    }

    [Fact]
    public void Score_WrongRoomForLogits_Throws()
    {
        using var encoder = Create(ngrams: false);
        Assert.Throws<ArgumentException>(() => encoder.Score(["a"], new float[Labels + 1]));
    }

    [Fact]
    public void BatchSize_ManyLengths_KeepsToTheBudgetAndToSimilarLengths() =>
        Gen.Int[1, 3000].Array[1, 200].Sample(lengths =>
        {
            Array.Sort(lengths);
            var texts = lengths.Select((length, i) => new EncodedText(i, 0, length)).ToArray();
            var rows = EncoderClassifier.BatchSize(texts);
            Assert.InRange(rows, 1, lengths.Length);
            Assert.True(rows == 1 || rows * lengths[rows - 1] <= EncoderClassifier.TokenBudget);
            Assert.True(lengths[rows - 1] <= (lengths[0] * 1.25) + 8);
        });

    [Fact]
    public void Open_TruncatedFile_SaysSo()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, Model(false)[..200]);
        var error = Assert.Throws<ModelInvalidException>(() => EncoderClassifier.Open(path));
        File.Delete(path);
        Assert.Contains("truncated", error.Message);
        Assert.Contains("200 bytes", error.Message);
    }

    [Fact]
    public void New_ModelWithOtherInputsAndOutputs_NamesThemAll()
    {
        var model = TinyEncoder.Write(Weights(Vocabulary), output: "scores", ids: "tokens");
        var error = Assert.Throws<ModelInvalidException>(() => Create(model, null));
        Assert.Contains("'input_ids' is missing", error.Message);
        Assert.Contains("'tokens' is not known", error.Message);
        Assert.Contains("'logits' is missing", error.Message);
    }

    [Fact]
    public void New_NgramsThatDoNotMatchTheModel_Throws()
    {
        Assert.Contains("has no field 'ngrams'", Assert.Throws<ModelInvalidException>(() => Create(Model(true), null)).Message);
        Assert.Contains("Remove the field", Assert.Throws<ModelInvalidException>(() => Create(Model(false), Ngrams)).Message);
    }

    private static EncoderClassifier Create(bool ngrams) => Create(Model(ngrams), ngrams ? Ngrams : null);

    private static EncoderClassifier Create(byte[] model, NgramOptions? ngrams)
    {
        using var options = OnnxEnvironment.NewSessionOptions();
        return new("tiny", new InferenceSession(model, options), "tiny.onnx", Encode, MaxTokens, ngrams);
    }

    private static byte[] Model(bool ngrams) => TinyEncoder.Write(Weights(Vocabulary), ngrams ? Weights(Ngrams.Buckets) : null);

    private static int Encode(string text, int maxTokens, Span<int> ids)
    {
        var count = Math.Min(text.Length, maxTokens);
        for (var i = 0; i < count; i++)
        {
            ids[i] = text[i] % Vocabulary;
        }

        return count;
    }

    private static float[] Reference(string text, bool ngrams)
    {
        Span<int> ids = stackalloc int[MaxTokens];
        var count = Math.Max(1, Encode(text, MaxTokens, ids));
        var logits = new float[Labels];
        var tokens = Weights(Vocabulary);
        for (var label = 0; label < Labels; label++)
        {
            for (var i = 0; i < count; i++)
            {
                logits[label] += tokens[ids[i], label] / count;
            }
        }

        if (ngrams)
        {
            var vector = new SparseVector();
            new NgramFeatures(Ngrams).Extract(text, vector);
            var table = Weights(Ngrams.Buckets);
            for (var i = 0; i < vector.Count; i++)
            {
                for (var label = 0; label < Labels; label++)
                {
                    logits[label] += vector.Values[i] * table[vector.Indices[i], label];
                }
            }
        }

        return logits;
    }

    private static float[,] Weights(int rows)
    {
        var random = new Random(rows);
        var weights = new float[rows, Labels];
        for (var i = 0; i < rows * Labels; i++)
        {
            weights[i / Labels, i % Labels] = (float)((2 * random.NextDouble()) - 1);
        }

        return weights;
    }
}
