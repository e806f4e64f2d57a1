using System.Numerics.Tensors;
using Understudy.Inference.Calibration;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Training.Linear;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>A student taught by a release's lead alone, on inputs that the lead never learned from, against the same one taught by gold labels.</summary>
internal sealed class CapturedStudy : Study
{
    private const string Gold = "gold labels";
    private const string Answers = "lead's answers";
    private const string Probabilities = "lead's probabilities";

    public override string Name => "captured";

    public override string Description => "A student that learns from captured answers of a release's lead, without any gold label, against gold labels.";

    public override IReadOnlyList<string> Sets => ["mail-triage"];

    /// <summary>A task of the models folder in place of a data set.</summary>
    public override string Folder(string set, StudyOptions options) => Path.Combine(options.Models ?? "models", set);

    /// <summary>Its recipe says where the data lies.</summary>
    public override IEnumerable<string> Files(string folder) => [];

    public override StudyPlan Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        using var catalog = new ReleaseCatalog(options.Models ?? "models");
        var task = catalog.Task(set);
        var recipe = Recipe.Load(Path.Combine(folder, "recipe.json"));
        using var lease = catalog.Acquire(set);
        var examples = Examples.Load(recipe, task with { Compression = lease.Release.Compression.Name }, report: null, cancellationToken);
        var lead = lease.Release.Lead;
        // The calibration part: no model of the release learned from it.
        var mails = examples.Calibration.Take(options.Limit ?? int.MaxValue).ToArray();
        // A task of one's own has no part for tests; students see its tuning part no more than one.
        var test = examples.Test.Count > 0 ? examples.Test : examples.Tuning;
        var answers = Scores.Of(lead.Classifier, [.. mails.Select(mail => mail.Text)], done => report("lead's answers", done, ""), cancellationToken);
        var accuracy = Scores.Accuracy(Scores.Of(lead.Classifier, [.. test.Select(mail => mail.Text)], done => report("lead on test mails", done, ""), cancellationToken), test);
        var right = Scores.Accuracy(answers, mails);
        report("lead's answers", 1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{right:0.0%} of {mails.Length} mails right"));
        var training = recipe.Linear with { Epochs = options.Epochs ?? recipe.Linear.Epochs };
        float[][] gold = [.. mails.Select(mail => OneHot.Of(mail.Label, task.Labels.Count))];
        float[][] chosen = [.. answers.Select(answer => OneHot.Of(Array.IndexOf(answer, answer.Max()), answer.Length))];
        float[][] soft = [.. answers.Select(answer => Softmax(answer, lead.Temperature))];
        return new()
        {
            Data = $"{set}, {mails.Length} mails that the lead had not seen",
            Metric = "accuracy",
            Settings = $"{training} {recipe.LinearNgrams} {mails.Length} {lease.Release.Manifest.Version} {(examples with { Train = [.. examples.Train, .. test] }).Digest(task.Labels)}",
            Arms = [new(Gold, Arm(gold)), new(Answers, Arm(chosen)), new(Probabilities, Arm(soft))],
            Pairs = [(Answers, Gold), (Probabilities, Gold)],
            Facts = new Dictionary<string, double> { ["leadAccuracy"] = accuracy, ["answersRight"] = right },
            Reference = ("lead", accuracy),
        };

        Func<int, Action<double>, CancellationToken, StudyMeasurement> Arm(float[][] targets) => (seed, tell, token) =>
        {
            // With and without its headers, as the product's own students learn a mail.
            var views = mails.Zip(targets).SelectMany(pair => new[] { pair.First.Text, pair.First.Plain ?? pair.First.Text }.Distinct().Select(text => (Text: text, Target: pair.Second))).ToArray();
            var model = new LinearTrainer(recipe.LinearNgrams, training with { Seed = seed }).Train(
                [.. views.Select(view => view.Text)],
                [.. views.Select(view => view.Target)],
                (epoch, _) => tell((double)epoch / training.Epochs),
                token);
            using var student = new LinearClassifier("student", model);
            var scores = Scores.Of(student, [.. test.Select(mail => mail.Text)], cancellationToken: token);
            return new(Scores.Accuracy(scores, test), new Dictionary<string, double> { ["macroF1"] = Scores.MacroF1(scores, test) });
        };
    }

    private static float[] Softmax(float[] logits, double temperature)
    {
        var probabilities = new float[logits.Length];
        TensorPrimitives.Divide(logits, (float)temperature, probabilities);
        TensorPrimitives.SoftMax<float>(probabilities, probabilities);
        return probabilities;
    }
}
