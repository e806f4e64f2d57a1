using Understudy.Inference.Batching;
using Understudy.Inference.Cascades;
using Understudy.Inference.Classification;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Grammars;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Releases;

/// <summary>Opens the tiers of a generation task's release: language models that write, and taggers; the first student of either kind goes ahead of the lead.</summary>
internal static class GenerationTiers
{
    /// <param name="definition">The task; null when it is not known, and then answers are held to no schema.</param>
    /// <param name="sound">Files that are what the manifest says.</param>
    /// <param name="withLead">False where the lead stayed elsewhere: the students answer by themselves, and it is away.</param>
    /// <param name="tiers">Receives every tier, or none when there is a problem.</param>
    /// <returns>How the task asks; null when there is a problem.</returns>
    public static FunctionCallTask? Open(
        string folder, ReleaseManifest manifest, TaskDefinition? definition, IReadOnlySet<string> sound, bool withLead, List<Tier> tiers, List<string> problems)
    {
        List<IDisposable> models = []; // LanguageModel or CallTagger
        foreach (var tier in manifest.Tiers.Where(tier => (withLead || tier.Role != "lead") && sound.Contains(tier.Model) && tier.Tokenizer is not null && sound.Contains(tier.Tokenizer)))
        {
            try
            {
                models.Add(tier.Kind == TierManifest.Tagger ? CallTagger.Load(Path.Combine(folder, tier.Model)) : OpenModel(folder, tier));
            }
            catch (Exception error) when (error is ModelInvalidException or TokenizerInvalidException)
            {
                problems.Add($"{tier.Model}: tier '{tier.Name}' cannot be loaded: {error.Message}");
            }
        }

        if (models.Count == 0 && problems.Count == 0)
        {
            problems.Add($"{ReleaseManifest.FileName}: it has no student that answers without the lead. Send the lead along.");
        }

        if (!withLead && manifest.Tiers.FirstOrDefault(tier => tier.Tokenizer != manifest.Tiers[^1].Tokenizer) is { } other)
        {
            problems.Add($"{ReleaseManifest.FileName}: tier '{other.Name}' reads with '{other.Tokenizer}', its lead with '{manifest.Tiers[^1].Tokenizer}'. Send the lead along, or give all tiers one tokenizer.");
        }

        FunctionCallTask? calls = null;
        try
        {
            if (problems.Count == 0)
            {
                calls = Calls(folder, manifest, definition, withLead ? (LanguageModel)models[^1] : null);
                var lanes = new WriterLanes($"{manifest.Task} {manifest.Version}", new());
                if (withLead)
                {
                    Assemble(folder, manifest, calls, lanes, models, tiers);
                }
                else
                {
                    AssembleStudents(manifest, calls, lanes, models, tiers);
                }
            }
        }
        catch (Exception error) when (error is ModelInvalidException or TokenizerInvalidException or GrammarInvalidException)
        {
            problems.Add($"{ReleaseManifest.FileName}: its models do not go together: {error.Message}");
        }

        if (tiers.Count > 0)
        {
            return calls;
        }

        models.ForEach(model => model.Dispose());
        return null;
    }

    private static LanguageModel OpenModel(string folder, TierManifest tier)
    {
        var tokenizer = TextTokenizer.Load(Path.Combine(folder, tier.Tokenizer!));
        var decoder = DecoderModel.Load(Path.Combine(folder, tier.Model));
        try
        {
            if (decoder.Vocabulary != tokenizer.VocabularySize)
            {
                throw new ModelInvalidException($"It has {decoder.Vocabulary} tokens, its tokenizer '{tier.Tokenizer}' {tokenizer.VocabularySize}. Use the tokenizer that it was trained with.");
            }

            if (FunctionCallPrompt.AnswerMarker(tokenizer) is not null)
            {
                decoder.Measure(); // so that an answer need not read its reason again
            }

            return new(decoder, tokenizer);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>With the lead's tokenizer, which every tier reads with.</summary>
    private static FunctionCallTask Calls(string folder, ReleaseManifest manifest, TaskDefinition? definition, LanguageModel? lead)
    {
        var tokenizer = lead?.Tokenizer ?? TextTokenizer.Load(Path.Combine(folder, manifest.Tiers[^1].Tokenizer!));
        var calls = new FunctionCallTask(definition ?? new() { Name = manifest.Task, Kind = manifest.Kind, Labels = manifest.Labels }, tokenizer);
        calls.Prompt(""); // throws now, not at the first request, where the tokenizer lacks the markers
        return calls;
    }

    private static void Assemble(string folder, ReleaseManifest manifest, FunctionCallTask calls, WriterLanes lanes, List<IDisposable> models, List<Tier> tiers)
    {
        var target = (LanguageModel)models[^1];
        var heads = manifest.Files.Any(file => file.Name == LanguageModelRelease.MedusaFile) ? MedusaHeads.Load(Path.Combine(folder, LanguageModelRelease.MedusaFile)) : null;
        try
        {
            var (draft, tagger) = (models.SkipLast(1).OfType<LanguageModel>().FirstOrDefault(), models.OfType<CallTagger>().FirstOrDefault());
            var ahead = new Understudies(target, draft, heads, tagger);
            target.Decoder.Measure(); // now, not while the first caller waits
            _ = target.Costs;
            for (var i = 0; i < models.Count; i++)
            {
                var leads = i == models.Count - 1;
                ITextWriter? lead = leads
                    ? new CallWriter(
                        manifest.Tiers[i].Name, target, calls, ahead, lanes, SpeculationNames.Read(manifest.Speculation, ahead.Available),
                        new Owned([ahead, lanes, .. models.Where(model => model != target && model != draft && model != tagger)]))
                    : null;
                tiers.Add(lead is null ? Student(manifest, i, models[i], calls, ahead, lanes) : new(lead.Name, lead, manifest.Tiers[i].Temperature, 0, manifest.Tiers[i].MillisecondsPerItem));
            }
        }
        catch
        {
            heads?.Dispose();
            throw;
        }
    }

    private static void AssembleStudents(ReleaseManifest manifest, FunctionCallTask calls, WriterLanes lanes, List<IDisposable> models, List<Tier> tiers)
    {
        for (var i = 0; i < models.Count; i++)
        {
            _ = (models[i] as LanguageModel)?.Costs; // measured now, not while the first caller waits
            tiers.Add(Student(manifest, i, models[i], calls, models[i] is LanguageModel model ? new(model) : null, lanes));
        }

        tiers.Add(AbsentWriter.Of(manifest.Tiers[^1], new Owned([lanes, .. models])));
    }

    /// <param name="models">What a language model is a part of.</param>
    private static Tier Student(ReleaseManifest manifest, int place, IDisposable model, FunctionCallTask calls, Understudies? models, WriterLanes lanes)
    {
        var tier = manifest.Tiers[place];
        ITextWriter writer = model is CallTagger tagger ? new TaggerWriter(tier.Name, tagger, calls) : new CallWriter(tier.Name, (LanguageModel)model, calls, models!, lanes, ahead: null, owned: null);
        return new(tier.Name, writer, tier.Temperature, manifest.Thresholds.Certified ? tier.Threshold : 2, tier.MillisecondsPerItem); // what nobody measured is not trusted
    }

    private sealed class Owned(params IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, one => one.Dispose());
    }
}
