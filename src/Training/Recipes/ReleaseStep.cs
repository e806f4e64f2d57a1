using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Linear;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Training.Recipes;

/// <summary>Fits temperatures on the tuning part, chooses thresholds on the calibration part, measures on the test part, writes the release.</summary>
internal sealed class ReleaseStep(Recipe recipe, TaskDefinition task, WorkFolder work, Action<string, double, string> report)
{
    public ReleaseManifest Run(Examples examples, string folder, string version, CancellationToken cancellationToken)
    {
        var export = new Export(recipe, task, work);
        ReleaseWriter.Begin(folder);
        Copy(work.Existing(work.LinearStudent, "distil"), folder, "linear.bin");
        Copy(work.Existing(work.Onnx(WorkFolder.Small, int8: true), "compress"), folder, "small.onnx");
        Copy(work.Existing(work.Onnx(WorkFolder.Lead, int8: true), "compress"), folder, "lead.onnx");
        Copy(work.Existing(work.Tokenizer, "lead"), folder, "tokenizer.json");
        foreach (var model in new[] { WorkFolder.Lead, WorkFolder.Small })
        {
            Copy(work.Existing(work.Plot(model), model == WorkFolder.Lead ? "lead" : "distil"), folder, $"{model}-training.png");
            if (File.Exists(work.CompressionPlot(model)))
            {
                Copy(work.CompressionPlot(model), folder, Path.GetFileName(work.CompressionPlot(model)));
            }
        }

        (recipe with { Data = null }).Save(Path.Combine(folder, "recipe.json"));
        var linear = LinearModel.Load(work.LinearStudent);
        var (small, lead) = (export.Chosen(WorkFolder.Small), export.Chosen(WorkFolder.Lead));
        List<TierManifest> tiers =
        [
            new() { Name = WorkFolder.Linear, Role = "student", Kind = "linear", Model = "linear.bin", Parameters = linear.Parameters, Ngrams = recipe.LinearNgrams },
            new() { Name = WorkFolder.Small, Role = "student", Kind = "encoder", Model = "small.onnx", Tokenizer = "tokenizer.json", MaxTokens = recipe.SmallShape.MaxTokens, Parameters = small.Parameters },
            new() { Name = WorkFolder.Lead, Role = "lead", Kind = "encoder", Model = "lead.onnx", Tokenizer = "tokenizer.json", MaxTokens = recipe.LeadTokens, Parameters = lead.Parameters, Ngrams = lead.Ngrams },
        ];
        var metrics = new JsonObject();
        var (tuning, calibration) = (Held(examples.Tuning), Held(examples.Calibration));
        for (var index = 0; index < tiers.Count; index++)
        {
            using var classifier = Open(export, tiers[index]);
            tiers[index] = Measure(tiers[index], classifier, examples, metrics, tuning, calibration, cancellationToken);
        }

        if (recipe.JoinStudents)
        {
            tuning.Join(tiers, cancellationToken);
        }

        var (thresholds, found) = ThresholdSearch.Choose(calibration.Table(tiers), task.Guarantee);
        for (var student = 0; student < thresholds.Length; student++)
        {
            tiers[student] = tiers[student] with { Threshold = thresholds[student] };
        }

        metrics["compression"] = JsonSerializer.SerializeToNode(work.ReadFacts<Dictionary<string, IReadOnlyList<CompressedModel>>>("compress"), JsonSerializerOptions.Web);
        metrics["leadParts"] = JsonSerializer.SerializeToNode(work.ReadFacts<LeadFacts>(WorkFolder.Lead), JsonSerializerOptions.Web);
        var written = calibration.Write(folder);
        report("release", 1, found.Certified
            ? $"students answer {found.StudentShare:P1} of {found.Examples} calibration texts; at most {task.Guarantee.Epsilon:P1} worse than the lead with {1 - task.Guarantee.Delta:P0} confidence"
            : $"nothing could be promised with {found.Examples} calibration texts: every input goes to the lead; {found.ExamplesNeeded} are needed");
        return ReleaseWriter.Write(folder, new()
        {
            Task = task.Name,
            Version = version,
            CreatedAt = DateTimeOffset.UtcNow,
            Kind = task.Kind,
            Labels = task.Labels,
            Input = task.Input,
            Recipe = "recipe.json",
            Seed = recipe.Seed,
            Guarantee = task.Guarantee,
            Thresholds = found,
            Tiers = tiers,
            Compression = task.Compression ?? InputCompression.None,
            LearnedCompression = task.Compression,
            CalibrationSha256 = written,
            Metrics = metrics,
        });
    }

    private ITextClassifier Open(Export export, TierManifest tier) =>
        tier.Kind == "linear" ? LinearClassifier.Load(work.LinearStudent) : export.OpenChosen(tier.Name);

    private static HeldOutScores Held(IReadOnlyList<Example> part) => new([.. part.Select(example => example.Id)], [.. part.Select(example => example.Label)]);

    private TierManifest Measure(
        TierManifest tier, ITextClassifier classifier, Examples examples, JsonObject metrics, HeldOutScores tuned, HeldOutScores calibrated, CancellationToken cancellationToken)
    {
        float[][] Score(IReadOnlyList<Example> part, string name) =>
            Scores.Of(classifier, [.. part.Select(example => example.Text)], done => report($"{tier.Name} on {name}", done, ""), cancellationToken);

        var clock = Stopwatch.StartNew();
        var tuning = Score(examples.Tuning, "tuning texts");
        var tuningMilliseconds = clock.Elapsed.TotalMilliseconds / examples.Tuning.Count;
        var temperature = TemperatureScaling.Fit(tuning.SelectMany(row => row).ToArray(), examples.Tuning.Select(example => example.Label).ToArray(), task.Labels.Count);
        clock.Restart();
        var calibration = Score(examples.Calibration, "calibration texts");
        var milliseconds = examples.Calibration.Count > 0 ? clock.Elapsed.TotalMilliseconds / examples.Calibration.Count : tuningMilliseconds;
        var measured = new JsonObject();
        if (examples.Calibration.Count > 0)
        {
            measured["calibrationAccuracy"] = Scores.Accuracy(calibration, examples.Calibration);
            measured["eceBefore"] = Error(calibration, examples.Calibration, 1);
            measured["eceAfter"] = Error(calibration, examples.Calibration, temperature);
        }

        if (examples.Test.Count > 0)
        {
            var test = Score(examples.Test, "test texts");
            measured["testAccuracy"] = Scores.Accuracy(test, examples.Test);
            measured["testMacroF1"] = Scores.MacroF1(test, examples.Test);
        }

        metrics[tier.Name] = measured;
        report(tier.Name, 1, $"{measured.ToJsonString()}, {milliseconds:F2} ms a text");
        tuned.Add(tier.Name, tuning);
        calibrated.Add(tier.Name, calibration);
        return tier with { Temperature = temperature, MillisecondsPerItem = milliseconds };
    }

    private static double Error(float[][] logits, IReadOnlyList<Example> examples, double temperature)
    {
        var probabilities = logits.Select(row => Softmax.Tempered(row, temperature)).ToArray();
        return CalibrationError.Expected(
            [.. probabilities.Select(row => (double)row.Max())],
            [.. probabilities.Zip(examples, (row, example) => Array.IndexOf(row, row.Max()) == example.Label)]);
    }

    private static void Copy(string from, string folder, string name) => File.Copy(from, Path.Combine(folder, name), overwrite: true);
}
