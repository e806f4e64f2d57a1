using Understudy.Inference.Classification;
using Understudy.Inference.Evaluation;

namespace Understudy.Training.Recipes;

/// <summary>A model's logits on many texts.</summary>
internal static class Scores
{
    private const int Chunk = 256;

    /// <returns>[texts][labels]</returns>
    public static float[][] Of(ITextClassifier classifier, IReadOnlyList<string> texts, Action<double>? onProgress = null, CancellationToken cancellationToken = default)
    {
        var rows = new List<float[]>(texts.Count);
        foreach (var chunk in texts.Chunk(Chunk))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var logits = new float[chunk.Length * classifier.LabelCount];
            classifier.Score(chunk, logits);
            rows.AddRange(logits.Chunk(classifier.LabelCount));
            onProgress?.Invoke((double)rows.Count / texts.Count);
        }

        return [.. rows];
    }

    /// <returns>NaN without examples.</returns>
    public static double Accuracy(float[][] logits, IReadOnlyList<Example> examples) =>
        examples.Count == 0 ? double.NaN : ClassificationScores.Accuracy([.. examples.Select(example => example.Label)], Predictions(logits));

    public static double MacroF1(float[][] logits, IReadOnlyList<Example> examples) =>
        ClassificationScores.MacroF1([.. examples.Select(example => example.Label)], Predictions(logits));

    private static int[] Predictions(float[][] logits) => Array.ConvertAll(logits, row => Array.IndexOf(row, row.Max()));
}
