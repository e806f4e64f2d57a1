using System.Text.Json;
using System.Text.Json.Nodes;
using ScottPlot;
using Understudy.Training.Encoders;

namespace Understudy.Training.Recipes;

/// <summary>Where the steps of a training run leave their results for one another.</summary>
internal sealed class WorkFolder(string path)
{
    public const string Lead = "lead";
    public const string Small = "small";
    public const string Linear = "linear";

    private const string Begun = "begun";

    public string Weights(string model) => Path.Combine(path, $"{model}.weights");

    public string NgramPart => Path.Combine(path, "lead.ngrams");

    public string LinearStudent => Path.Combine(path, "linear.bin");

    public string Onnx(string model, bool int8) => Path.Combine(path, int8 ? $"{model}.onnx" : $"{model}.float.onnx");

    /// <summary>A smaller model that may be chosen.</summary>
    public string Candidate(string model, int number) => Path.Combine(path, $"{model}.{number}.onnx");

    public string CompressionPlot(string model) => Path.Combine(path, $"{model}-compression.png");

    public string Tokenizer => Path.Combine(path, "tokenizer.json");

    public string Plot(string model) => Path.Combine(path, $"{model}-training.png");

    private string Split => Path.Combine(path, "split.sha256");

    private string Fields(string step) => Path.Combine(path, $"{step}-recipe.json");

    /// <summary>Before a new lead: no student of another stays, and none of what was chosen with it.</summary>
    public void BeginAnew()
    {
        File.Delete(Split);
        File.Delete(Fields(Lead));
        ForgetStudents();
        ForgetFacts("compress");
    }

    /// <summary>Before new students: none of another recipe stays beside them.</summary>
    public void ForgetStudents()
    {
        foreach (var file in new[] { Fields("distil"), Weights(Small), LinearStudent })
        {
            File.Delete(file);
        }
    }

    /// <param name="digest">Of the examples that the lead has learned from and those that it has not.</param>
    public void WriteSplit(string digest) => File.WriteAllText(Split, digest);

    /// <summary>Texts that a model learned from say nothing about new ones: nothing may be tuned on them or promised by them.</summary>
    /// <exception cref="RecipeInvalidException">The lead has learned from other examples, or nobody knows from which, or there is none.</exception>
    public void CheckSplit(string digest)
    {
        if (!File.Exists(Split) && File.Exists(Weights(Lead)))
        {
            throw new RecipeInvalidException($"The work folder '{path}' was made by an earlier version, or its step 'lead' did not end: which texts the lead has learned from is not known. Run the steps 'lead', 'distil' and 'compress' again.");
        }

        if (File.ReadAllText(Existing(Split, Lead)) != digest)
        {
            throw new RecipeInvalidException($"The lead in the work folder '{path}' has learned from another split of the texts: since then the data, the task's 'compression', or 'seed', 'calibrationShare' or 'tuningShare' of the recipe has changed, or this version splits them otherwise. Run the step 'lead' first.");
        }
    }

    /// <param name="fields">Of the recipe, those that the step has read.</param>
    public void WriteFields(string step, JsonObject fields) => File.WriteAllText(Fields(step), fields.ToJsonString());

    /// <summary>Says that a step has begun: until it has ended and written its fields, nothing goes on from it.</summary>
    public void BeginFields(string step) => File.WriteAllText(Fields(step), new JsonObject { [Begun] = true }.ToJsonString());

    /// <summary>What one recipe has made is not gone on with by another. Folders of earlier versions do not say what theirs was.</summary>
    /// <exception cref="RecipeInvalidException">The step has read another recipe.</exception>
    public void CheckFields(string step, JsonObject fields)
    {
        if (!File.Exists(Fields(step)))
        {
            return;
        }

        var before = JsonNode.Parse(File.ReadAllText(Fields(step)))!.AsObject();
        if (before.ContainsKey(Begun))
        {
            throw new RecipeInvalidException($"In the work folder '{path}' the step '{step}' has begun and not ended. Run the step '{step}' first.");
        }

        var changed = fields.Where(field => !JsonNode.DeepEquals(field.Value, before[field.Key])).Select(field => $"'{field.Key}'").ToList();
        if (changed.Count > 0)
        {
            throw new RecipeInvalidException($"In the work folder '{path}' the step '{step}' has run with other values of {string.Join(", ", changed)} than the recipe has now. Run the step '{step}' first, or give the recipe the values that it had.");
        }
    }

    /// <exception cref="RecipeInvalidException">The step that writes it has not run.</exception>
    public string Existing(string file, string step) => File.Exists(file)
        ? file
        : throw new RecipeInvalidException($"'{Path.GetFileName(file)}' is not in the work folder '{path}'. Run the step '{step}' first.");

    public void WriteFacts<T>(string step, T facts) => File.WriteAllText(Path.Combine(path, step + ".json"), JsonSerializer.Serialize(facts, JsonSerializerOptions.Web));

    /// <summary>So that a step has to be run again before those after it.</summary>
    public void ForgetFacts(string step)
    {
        File.Delete(Path.Combine(path, step + ".json"));
        File.Delete(Fields(step));
    }

    public T ReadFacts<T>(string step) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Existing(Path.Combine(path, step + ".json"), step)), JsonSerializerOptions.Web)!;

    /// <summary>Draws a training's loss by step and accuracy by epoch.</summary>
    public void Draw(string model, IReadOnlyList<(double Progress, double Loss)> losses, IReadOnlyList<EpochReport> epochs)
    {
        using var plot = new Plot();
        var smooth = new List<double>();
        foreach (var (_, loss) in losses)
        {
            smooth.Add(smooth.Count == 0 ? loss : (0.97 * smooth[^1]) + (0.03 * loss));
        }

        var line = plot.Add.ScatterLine(losses.Select(point => point.Progress * epochs.Count).ToArray(), smooth.ToArray());
        line.LegendText = "training loss (smoothed)";
        line.LineWidth = 2;
        var accuracy = plot.Add.Scatter(epochs.Select(epoch => (double)epoch.Epoch).ToArray(), epochs.Select(epoch => epoch.Accuracy).ToArray());
        accuracy.LegendText = "accuracy on held-out texts";
        accuracy.Axes.YAxis = plot.Axes.Right;
        plot.Axes.Right.Label.Text = "accuracy";
        plot.Axes.Left.Label.Text = "loss";
        plot.Axes.Bottom.Label.Text = "epoch";
        plot.Title($"Training of '{model}'");
        plot.ShowLegend(Alignment.MiddleRight);
        plot.SavePng(Plot(model), 900, 500);
    }
}
