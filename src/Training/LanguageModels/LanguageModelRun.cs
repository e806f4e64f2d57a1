using System.Security.Cryptography;
using System.Text.Json;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.Distillation;
using Understudy.Training.Onnx;
using Understudy.Training.Recipes;
using Understudy.Training.Taggers;
using static TorchSharp.torch;

namespace Understudy.Training.LanguageModels;

/// <summary>
/// Makes a lead and a draft by a recipe: a vocabulary from all of the text, the lead on running text and then on requests and their answers, the draft
/// by the lead's soft targets on the same tokens, and Medusa heads on the frozen lead. These go on from where they stopped when the run is started again;
/// what refines the draft, and the tagger, begin anew.
/// </summary>
/// <remarks>One run at a time in a work folder.</remarks>
public sealed class LanguageModelRun(LanguageModelRecipe recipe, TaskDefinition task, string modelsFolder, string workFolder, IProgress<TrainingProgress>? progress = null)
{
    private const int MeasuredRows = 64;

    private const string Medusa = "medusa";

    private readonly WorkFolder _work = new(workFolder);
    private bool _leadLearned;

    /// <summary>How often the finished models read a request.</summary>
    private int Readings => recipe.Lead.LastTraining.Readings;

    private string Tokenizer => Path.Combine(workFolder, "tokenizer.json");

    private string Facts => Path.Combine(workFolder, LanguageModelReleaseStep.FactsFile);

    /// <summary>Says which lead the draft and the heads learn from.</summary>
    private string TaughtBy => Path.Combine(workFolder, "taught-by.sha256");

    /// <param name="steps">Which to run: <see cref="TrainingSteps.Lead"/> makes the vocabulary too, <see cref="TrainingSteps.Distil"/> is the draft and the heads, <see cref="TrainingSteps.Compress"/> exports and measures.</param>
    /// <param name="version">The release's name; null for the next free number.</param>
    /// <exception cref="RecipeInvalidException">The recipe or its data cannot be used, an earlier step's result is missing, or the release cannot have that name.</exception>
    /// <exception cref="TrainingDivergedException">A loss became infinite.</exception>
    public TrainingResult Run(TrainingSteps steps, string? version = null, CancellationToken cancellationToken = default)
    {
        ReleaseName.Check(steps, version, task.Name, modelsFolder);
        Directory.CreateDirectory(workFolder);
        TorchProcess.Prepare(recipe.Seed);
        LanguageModelRules.Check(recipe);
        var files = new LanguageModelData(recipe, isJson: task.Schema is not null, task.Compression);
        DataStamp.Check(workFolder, recipe, files);
        CheckFields(steps);
        var tokenizer = MakeTokenizer(files, cancellationToken);
        var data = new RequestData(recipe, files, new(task, tokenizer), line => Report("data", 0, line));
        Report("data", 1, $"{data.Plain(Readings).Count} {data.Name}s to learn from, {data.MeasuredCount} to measure on");
        var plots = new List<string>();
        using var lead = Build(recipe.Lead, tokenizer);
        if (steps.HasFlag(TrainingSteps.Lead))
        {
            plots.Add(Train("lead", lead, recipe.Lead, files, data, tokenizer, null, cancellationToken));
            _work.WriteFields("lead", StepFields.Lead(recipe));
        }

        if (steps.HasFlag(TrainingSteps.Distil))
        {
            using var teacher = Build(recipe.Lead, tokenizer, dropout: false);
            teacher.load(Existing(Weights("lead"), "lead"));
            _work.BeginFields("distil");
            ForgetStudentsOfAnother();
            using var draft = Build(recipe.Draft, tokenizer);
            plots.Add(Train("draft", draft, recipe.Draft, files, data, tokenizer, teacher, cancellationToken));
            if (recipe.Medusa is { } heads)
            {
                plots.Add(TrainHeads(heads, teacher, files, data, tokenizer, cancellationToken));
            }
        }

        if (steps.HasFlag(TrainingSteps.Distil))
        {
            if (recipe.Tagger is { } tagging)
            {
                var tagger = new TaggerStep(tagging, workFolder, Report);
                tagger.Run(files, tokenizer, recipe.Seed, cancellationToken);
                plots.Add(tagger.Plot);
            }

            _work.WriteFields("distil", StepFields.Distil(recipe));
        }

        if (steps.HasFlag(TrainingSteps.Compress))
        {
            Export(files, data, tokenizer, lead, cancellationToken);
            _work.WriteFields("compress", StepFields.Compress(recipe));
        }

        if (!steps.HasFlag(TrainingSteps.Release))
        {
            return new(null, null, plots);
        }

        var (folder, release) = new LanguageModelReleaseStep(recipe, task, modelsFolder, workFolder).Run(version, cancellationToken);
        return new(folder, release, plots);
    }

    /// <summary>What one recipe has made is not gone on with by another.</summary>
    private void CheckFields(TrainingSteps steps)
    {
        foreach (var (step, name, fields) in new[]
        {
            (TrainingSteps.Lead, "lead", StepFields.Lead(recipe)), (TrainingSteps.Distil, "distil", StepFields.Distil(recipe)), (TrainingSteps.Compress, "compress", StepFields.Compress(recipe)),
        })
        {
            if (steps > step && !steps.HasFlag(step))
            {
                _work.CheckFields(name, fields);
            }
        }
    }

    /// <summary>What was learned from a lead that has since learned more is begun anew.</summary>
    private void ForgetStudentsOfAnother()
    {
        if (AreStudentsOfAnother())
        {
            Report("draft", 0, "the lead has changed: what learned from it begins anew");
            string[] checkpoints = [.. Enumerable.Range(0, recipe.Draft.Trainings.Count).Select(index => Part("draft", index)).Append(Medusa).Select(Checkpoint)];
            foreach (var file in checkpoints.Append(Weights("draft")).Append(Weights(Medusa)))
            {
                File.Delete(file);
            }
        }

        File.WriteAllText(TaughtBy, LeadDigest());
    }

    private bool AreStudentsOfAnother() => File.Exists(TaughtBy) ? File.ReadAllText(TaughtBy) != LeadDigest() : _leadLearned;

    private string LeadDigest() => Digest(Existing(Weights("lead"), "lead"));

    private static string Digest(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private void Export(LanguageModelData files, RequestData data, TextTokenizer tokenizer, TextDecoder lead, CancellationToken cancellationToken)
    {
        if (AreStudentsOfAnother())
        {
            throw new RecipeInvalidException($"The lead in '{workFolder}' has learned more since it taught the draft{(recipe.Medusa is null ? "" : " and the heads")}. Run the step 'distil' first.");
        }

        File.Delete(Facts); // what they say is about to go
        var text = LanguageModelData.Stream(tokenizer, files.TestText.Count > 0 ? files.TestText : files.DevText);
        var agreed = LanguageModelData.Sample(text, recipe.Lead.LastTraining.TextTokens, MeasuredRows) is { Count: > 0 } rows ? rows : [.. data.Measured.Take(MeasuredRows)];
        var export = new LanguageModelExport(workFolder, data.Parts(), agreed, Report);
        using var draft = Build(recipe.Draft, tokenizer);
        var facts = new Dictionary<string, IReadOnlyDictionary<string, DecoderFacts>>();
        foreach (var (name, model, step) in new[] { ("lead", lead, "lead"), ("draft", draft, "distil") })
        {
            model.load(Existing(Weights(name), step));
            facts[name] = export.Run(name, model, cancellationToken);
        }

        if (recipe.Medusa is { } training)
        {
            using var heads = BuildHeads();
            heads.load(Existing(Weights(Medusa), "distil"));
            MedusaExport.Save(heads.Weights(lead, Guesses(training, HeadBatches(files, data, tokenizer))), DecoderPrecision.Int8, Path.Combine(workFolder, LanguageModelRelease.MedusaFile));
        }

        File.WriteAllText(Facts, JsonSerializer.Serialize(facts, JsonSerializerOptions.Web));
    }

    private string TrainHeads(MedusaTraining training, TextDecoder lead, LanguageModelData files, RequestData data, TextTokenizer tokenizer, CancellationToken cancellationToken)
    {
        using var heads = BuildHeads();
        var trainer = new MedusaTrainer(lead, heads, training, Checkpoint(Medusa));
        var batches = HeadBatches(files, data, tokenizer);
        trainer.Train(batches, (done, line) => Report(Medusa, done, line), cancellationToken);
        var shares = MedusaTrainer.Measure(lead, heads, data.Measured, Guesses(training, batches));
        Report(Medusa, 1, $"right on dev {data.Name}s: {string.Join(", ", shares.Select((share, head) => $"{head + 2} ahead {share:P1}"))}");
        Save(heads, Medusa);
        var plot = Path.Combine(workFolder, $"{Medusa}-training.png");
        LossPlot.Draw(plot, Medusa, trainer.Measured);
        return plot;
    }

    /// <summary>The tokens that the heads guess from; null for all.</summary>
    private static int[]? Guesses(MedusaTraining training, DecoderBatches batches) =>
        training.Guesses > 0 ? MedusaTrainer.Frequent(batches, training.Steps, training.Guesses) : null;

    /// <summary>More text than the lead's own mix has: the heads start from nothing.</summary>
    private DecoderBatches HeadBatches(LanguageModelData files, RequestData data, TextTokenizer tokenizer)
    {
        var mix = recipe.Lead.LastTraining with { TextFirst = 0, TextEvery = files.Text.Count > 0 ? 3 : 0, Seed = recipe.Seed + 1 };
        return new(mix, LanguageModelData.Stream(tokenizer, files.Text), data.Rows(mix, recipe.Lead.MaxTokens));
    }

    private TextTokenizer MakeTokenizer(LanguageModelData data, CancellationToken cancellationToken)
    {
        if (File.Exists(Tokenizer))
        {
            // The vocabulary stays, but the recipe may say otherwise by now how often a request is read.
            var before = TextTokenizer.Load(Tokenizer).WithTemplate(FunctionCallPrompt.Template(Readings));
            if ((FunctionCallPrompt.AnswerMarker(before) is not null) != (recipe.Teaching == RecordTeaching.Rationales))
            {
                throw new RecipeInvalidException($"'{workFolder}' was begun with another 'teaching' than {recipe.Teaching.ToString().ToLowerInvariant()}. Delete it, or name another folder with --work.");
            }

            return Keep(before, data);
        }

        var tokenizer = Keep(RequestVocabulary.Train(recipe, data, cancellationToken).WithTemplate(FunctionCallPrompt.Template(Readings)), data);
        Report("tokenizer", 1, $"{tokenizer.VocabularySize} tokens");
        return tokenizer;
    }

    private TextTokenizer Keep(TextTokenizer tokenizer, LanguageModelData data)
    {
        LanguageModelRules.CheckText(recipe, LanguageModelData.Stream(tokenizer, data.Text).Length); // before there is a vocabulary of too little
        tokenizer.Save(Tokenizer);
        return tokenizer;
    }

    private string Train(string name, TextDecoder model, DecoderRecipe how, LanguageModelData files, RequestData data, TextTokenizer tokenizer, TextDecoder? teacher, CancellationToken cancellationToken)
    {
        Report(name, 0, $"{model.Parameters / 1e6:F1} M parameters");
        if (files.WordVectors is { } folder)
        {
            Report(name, 0, $"{WordVectors.Load(folder).Start(model.embedding.weight!, tokenizer)} words start from vectors");
        }

        var measured = new List<LossPoint>();
        var before = 0;
        foreach (var (index, training) in how.Trainings.Index())
        {
            // A further training is to see its requests with other values than the first did.
            var trainer = Train(Part(name, index), model, training with { Seed = recipe.Seed + index }, how.MaxTokens, files, data, tokenizer, teacher, cancellationToken);
            measured.AddRange(trainer.Measured.Select(point => point with { Step = point.Step + before }));
            before += training.Steps;
            _leadLearned |= teacher is null && trainer.StepsMade > 0;
            if (trainer.StepsMade > 0 && index + 1 < how.Trainings.Count)
            {
                File.Delete(Checkpoint(Part(name, index + 1))); // it went on from what was there before
            }
        }

        Save(model, name);
        if (teacher is not null && recipe.Refinement is { } refinement)
        {
            using var refined = Build(how, tokenizer, dropout: false); // what it draws and what it learns from has to be one distribution
            refined.load(Weights(name));
            new DecoderTeacher(refined, refinement with { Seed = recipe.Seed }, tokenizer.EndOfText!.Value, teacher)
                .Train(data.Plain(Readings), done => Report($"{name}, {refinement.Lesson}", done, ""), cancellationToken);
            Save(refined, name);
        }

        var plot = Path.Combine(workFolder, $"{name}-training.png");
        LossPlot.Draw(plot, name, measured);
        return plot;
    }

    private DecoderTrainer Train(
        string part, TextDecoder model, DecoderTraining training, int maxTokens, LanguageModelData files, RequestData data, TextTokenizer tokenizer, TextDecoder? teacher, CancellationToken cancellationToken)
    {
        var text = LanguageModelData.Stream(tokenizer, files.Text);
        var requests = data.Rows(training, maxTokens);
        var average = Enumerable.Range(0, requests.Count).Average(requests.Length);
        Report(part, 0, $"{text.Length / 1e6:F2} M tokens of running text, {requests.Count} {data.Name}s of {average:F1} tokens");
        var heldOut = new Dictionary<string, IReadOnlyList<TokenRow>>
        {
            ["text"] = LanguageModelData.Sample(LanguageModelData.Stream(tokenizer, files.DevText), training.TextTokens, MeasuredRows),
            [data.Name] = data.HeldOut(training.Readings),
        };
        var trainer = new DecoderTrainer(part, model, training, Checkpoint(part), teacher)
        {
            Requests = data.Name,
            CountsWhole = data.CountsWhole,
            HeldOut = heldOut.Where(kind => kind.Value.Count > 0).ToDictionary(),
        };
        trainer.Train(new DecoderBatches(training, text, requests), (done, line) => Report(part, done, line), cancellationToken);
        return trainer;
    }

    private static string Part(string name, int training) => training == 0 ? name : $"{name}-{training + 1}";

    private string Checkpoint(string part) => Path.Combine(workFolder, $"{part}.checkpoint");

    private TextDecoder Build(DecoderRecipe how, TextTokenizer tokenizer, bool dropout = true) =>
        Seeded(() => new TextDecoder(how.Shape(tokenizer.VocabularySize), how.Tied, dropout ? how.Training.Dropout : 0));

    private MedusaBlocks BuildHeads() => Seeded(() => new MedusaBlocks(recipe.Medusa!.Heads, recipe.Lead.Width));

    /// <summary>A model as the recipe's seed makes it, whatever this process has drawn before.</summary>
    private T Seeded<T>(Func<T> build)
    {
        random.manual_seed(recipe.Seed);
        return build();
    }

    /// <summary>What was exported before is of other weights, where these are not the same.</summary>
    private void Save(nn.Module model, string name)
    {
        var saved = $"{Weights(name)}.new";
        model.save(saved);
        if (!File.Exists(Weights(name)) || Digest(Weights(name)) != Digest(saved))
        {
            File.Delete(Facts);
        }

        File.Move(saved, Weights(name), overwrite: true);
    }

    private string Weights(string model) => Path.Combine(workFolder, $"{model}.weights");

    private static string Existing(string file, string step) => File.Exists(file)
        ? file
        : throw new RecipeInvalidException($"There is no '{file}'. Run the step '{step}' first.");

    private void Report(string step, double fraction, string message) => progress?.Report(new(step, fraction, message));
}
