using System.Runtime.InteropServices;
using Understudy.Inference.Classification;
using Understudy.Inference.Datasets;
using Understudy.Inference.Linear;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Corpora;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Recipes;

namespace Understudy.Training.Studies;

/// <summary>
/// The lead that a study of text learns from: trained by the default recipe on the set's training part, once, and kept in the work
/// folder with its answers. What it scores is what would serve: the int8 file.
/// </summary>
internal sealed class StudyLead
{
    private readonly string _answers;
    private readonly WorkFolder _work;

    private StudyLead(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var splits = FolderCorpus.Load(folder);
        string[] labels = [.. splits.Train.Select(record => record.Label!).Distinct().Order(StringComparer.Ordinal)];
        Task = new() { Name = set, Kind = "classification", Labels = labels };
        Recipe = Recipes.Recipe.DefaultFor(Task, folder);
        Examples = Examples.Load(Recipe, Task, report: null, cancellationToken);
        Test = ReadTest(Path.Combine(folder, "test.jsonl"), labels);
        var path = Path.Combine(options.WorkFolder, "leads", set);
        _work = new(path);
        _answers = Path.Combine(path, "answers.f32");
        if (!File.Exists(_work.Weights(WorkFolder.Lead)) || !File.Exists(Path.Combine(path, WorkFolder.Lead + ".json")))
        {
            new TrainingRun(Recipe, Task, "", path, new Forward(report)).Run(TrainingSteps.Lead, cancellationToken: cancellationToken);
        }

        Tokenizer = SentencePieceEncoder.Load(_work.Tokenizer);
        var export = new Export(Recipe, Task, _work);
        if (!File.Exists(_work.Onnx(WorkFolder.Lead, int8: true)))
        {
            export.Lead();
        }

        using var lead = export.OpenLead();
        Bytes = new FileInfo(_work.Onnx(WorkFolder.Lead, int8: true)).Length;
        Answers = Answer(lead, report, cancellationToken);
        TestAnswers = Scores.Of(lead, [.. Test.Select(example => example.Text)], cancellationToken: cancellationToken);
        Accuracy = Scores.Accuracy(TestAnswers, Test);
        report("lead", 1, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Accuracy:0.0%} of {Test.Count} test texts, {Bytes / 1e6:0.0} MB"));
    }

    public TaskDefinition Task { get; }

    /// <summary>That it was trained by.</summary>
    public Recipe Recipe { get; }

    public Examples Examples { get; }

    public IReadOnlyList<Example> Test { get; }

    public SentencePieceEncoder Tokenizer { get; }

    /// <summary>Of the int8 file.</summary>
    public long Bytes { get; }

    /// <summary>On the test part.</summary>
    public double Accuracy { get; }

    /// <summary>Logits of every test text.</summary>
    public float[][] TestAnswers { get; }

    /// <summary>Logits of every training text.</summary>
    public float[][] Answers { get; }

    public static StudyLead Prepare(string set, string folder, StudyOptions options, Action<string, double, string> report, CancellationToken cancellationToken) =>
        new(set, folder, options, report, cancellationToken);

    /// <summary>New inputs, spliced from the first training texts: each with the label of what it was made from, and the lead's answer.</summary>
    /// <param name="texts">So many of the training texts.</param>
    /// <param name="count">How many are made.</param>
    public IReadOnlyList<(string Text, int Label, float[] Answer)> NewInputs(int texts, int count, int seed, CancellationToken cancellationToken)
    {
        var written = SplicedInputs.Write([.. Examples.Train.Take(texts).Select(example => (example.Text, example.Label))], count, new Random(seed)).ToArray();
        return [.. written.Zip(Ask([.. written.Select(input => input.Text)], cancellationToken), (input, answer) => (input.Text, input.Label, answer))];
    }

    /// <summary>The trained encoder, without its n-gram part.</summary>
    public Encoders.TextEncoder Encoder()
    {
        var model = new Encoders.TextEncoder(Recipe.LeadShape, Task.Labels.Count);
        model.load(_work.Existing(_work.Weights(WorkFolder.Lead), "lead"));
        model.eval();
        return model;
    }

    /// <summary>The n-gram part.</summary>
    public LinearModel Ngrams() => LinearModel.Load(_work.Existing(_work.NgramPart, "lead"));

    /// <summary>What an n-gram part's logits are best multiplied by beside an encoder's, on the tuning texts.</summary>
    public float NgramWeight(Encoders.TextEncoder encoder, LinearModel ngrams) => (float)LeadStep.Weigh(encoder, ngrams, Tokenizer, Recipe.LeadTokens, Examples.Tuning);

    /// <summary>The training texts with their labels and the lead's answers.</summary>
    /// <param name="tokens">Longer texts are cut.</param>
    public IReadOnlyList<TokenizedText> Lessons(int tokens, int? limit) =>
    [
        .. Examples.Train.Zip(Answers, (example, answer) => new TokenizedText(Tokenizer.Encode(example.Text, tokens), example.Label, answer))
            .Take(limit ?? int.MaxValue),
    ];

    /// <summary>Asks the lead about other texts than those it learned from.</summary>
    private float[][] Ask(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        using var lead = new Export(Recipe, Task, _work).OpenLead();
        return Scores.Of(lead, texts, cancellationToken: cancellationToken);
    }

    private float[][] Answer(EncoderClassifier lead, Action<string, double, string> report, CancellationToken cancellationToken)
    {
        var labels = Task.Labels.Count;
        if (File.Exists(_answers) && new FileInfo(_answers).Length == (long)Examples.Train.Count * labels * sizeof(float))
        {
            return [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(_answers)).ToArray().Chunk(labels)];
        }

        var answers = Scores.Of(lead, [.. Examples.Train.Select(example => example.Text)], done => report("lead's answers", done, ""), cancellationToken);
        File.WriteAllBytes(_answers, MemoryMarshal.AsBytes<float>(answers.SelectMany(row => row).ToArray()).ToArray());
        return answers;
    }

    private static List<Example> ReadTest(string path, string[] labels)
    {
        if (!File.Exists(path))
        {
            throw new StudyInvalidException($"There is no '{path}'. A study needs a part for tests, one object with 'text' and 'label' a line.");
        }

        using var stream = File.OpenRead(path);
        return DatasetReader.ReadAsync(stream, CancellationToken.None).ToBlockingEnumerable()
            .Where(line => line.Record is { Text.Length: > 0, Label: { } label } && labels.Contains(label))
            .Select(line => new Example(line.Record!.Id ?? "", line.Record.Text!, null, Array.IndexOf(labels, line.Record.Label)))
            .ToList();
    }

    private sealed class Forward(Action<string, double, string> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value.Step, value.Fraction, value.Message);
    }
}
