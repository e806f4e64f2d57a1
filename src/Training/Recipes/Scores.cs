using Understudy.Inference.Classification;

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

    public static double Accuracy(float[][] logits, IReadOnlyList<Example> examples) =>
        examples.Count == 0 ? double.NaN : logits.Zip(examples, (row, example) => Array.IndexOf(row, row.Max()) == example.Label ? 1.0 : 0.0).Average();

    public static double MacroF1(float[][] logits, IReadOnlyList<Example> examples)
    {
        var labels = logits[0].Length;
        int[] right = new int[labels], said = new int[labels], gold = new int[labels];
        foreach (var (row, example) in logits.Zip(examples))
        {
            var predicted = Array.IndexOf(row, row.Max());
            said[predicted]++;
            gold[example.Label]++;
            right[predicted] += predicted == example.Label ? 1 : 0;
        }

        return Enumerable.Range(0, labels).Average(label => said[label] + gold[label] == 0 ? 0 : 2.0 * right[label] / (said[label] + gold[label]));
    }
}
