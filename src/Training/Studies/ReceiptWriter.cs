using Understudy.Inference.Calibration;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Training.Linear;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>A linear student whose receipts a lead learns to read: on the texts it learned from, receipts come from students that had not seen them.</summary>
internal sealed class ReceiptWriter
{
    private const int Folds = 5;

    private readonly LinearModel _model;
    private readonly double _temperature;

    public ReceiptWriter(IReadOnlyList<Example> train, int labels, int seed, CancellationToken cancellationToken)
    {
        var unseen = new float[train.Count][];
        for (var fold = 0; fold < Folds; fold++)
        {
            var part = fold;
            var student = Train([.. train.Where((_, at) => at % Folds != part)]);
            int[] held = [.. Enumerable.Range(0, train.Count).Where(at => at % Folds == part)];
            foreach (var (at, logits) in held.Zip(Score(student, [.. held.Select(at => train[at].Text)])))
            {
                unseen[at] = logits;
            }
        }

        _temperature = TemperatureScaling.Fit(unseen.SelectMany(row => row).ToArray(), train.Select(example => example.Label).ToArray(), labels);
        Unseen = [.. unseen.Select(logits => Softmax.Tempered(logits, _temperature))];
        _model = Train(train);

        LinearModel Train(IReadOnlyList<Example> examples) => new LinearTrainer(new NgramOptions(), new LinearTraining { Seed = seed }).Train(
            [.. examples.Select(example => example.Text)],
            [.. examples.Select(example => OneHot.Of(example.Label, labels))],
            cancellationToken: cancellationToken);
    }

    /// <summary>What students that had not seen them make of the training texts: probabilities, [texts][labels].</summary>
    public float[][] Unseen { get; }

    /// <summary>What the student that learned from all of them makes of other texts: probabilities, [texts][labels].</summary>
    public float[][] Ask(IReadOnlyList<string> texts) => [.. Score(_model, texts).Select(logits => Softmax.Tempered(logits, _temperature))];

    private static float[][] Score(LinearModel model, IReadOnlyList<string> texts)
    {
        using var classifier = new LinearClassifier("student", model);
        return Scores.Of(classifier, texts);
    }
}
