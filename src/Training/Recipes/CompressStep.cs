using Understudy.Inference.Tasks;

namespace Understudy.Training.Recipes;

/// <summary>Exports both encoders in float32 and int8 and measures on the tuning texts what the smaller one loses.</summary>
internal sealed class CompressStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    public void Run(Examples examples, CancellationToken cancellationToken)
    {
        var export = new Export(recipe, task, work);
        var facts = new Dictionary<string, CompressFacts>();
        var texts = examples.Tuning.Select(example => example.Text).ToArray();
        foreach (var model in new[] { WorkFolder.Small, WorkFolder.Lead })
        {
            var scores = new List<float[][]>();
            foreach (var int8 in new[] { false, true })
            {
                if (model == WorkFolder.Lead)
                {
                    export.Lead(int8);
                }
                else
                {
                    export.Small(int8);
                }

                using var classifier = export.Open(model, int8);
                scores.Add(Scores.Of(classifier, texts, done => report($"int8 of {model}", (int8 ? 0.5 : 0) + (done / 2), ""), cancellationToken));
            }

            var fact = new CompressFacts(
                Scores.Accuracy(scores[0], examples.Tuning),
                Scores.Accuracy(scores[1], examples.Tuning),
                new FileInfo(work.Onnx(model, int8: false)).Length,
                new FileInfo(work.Onnx(model, int8: true)).Length,
                scores[0].Zip(scores[1], (a, b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max()).Max());
            facts[model] = fact;
            report($"int8 of {model}", 1, $"accuracy {fact.FloatAccuracy:P1} → {fact.Int8Accuracy:P1}, {fact.FloatBytes / 1e6:F1} → {fact.Int8Bytes / 1e6:F1} MB");
        }

        work.WriteFacts("compress", facts);
    }
}
