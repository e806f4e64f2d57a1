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
    /// <param name="tiers">Receives every tier, or none when there is a problem.</param>
    public static void Open(
        string folder, ReleaseManifest manifest, TaskDefinition? definition, IReadOnlySet<string> sound, BatchingOptions batching, List<Tier> tiers, List<string> problems)
    {
        List<IDisposable> models = []; // LanguageModel or CallTagger
        foreach (var tier in manifest.Tiers.Where(tier => sound.Contains(tier.Model) && tier.Tokenizer is not null && sound.Contains(tier.Tokenizer)))
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

        try
        {
            if (problems.Count == 0)
            {
                Assemble(folder, manifest, definition, batching, models, tiers);
            }
        }
        catch (Exception error) when (error is ModelInvalidException or TokenizerInvalidException or GrammarInvalidException)
        {
            problems.Add($"{ReleaseManifest.FileName}: its models do not go together: {error.Message}");
        }

        if (tiers.Count == 0)
        {
            models.ForEach(model => model.Dispose());
        }
    }

    private static LanguageModel OpenModel(string folder, TierManifest tier)
    {
        var tokenizer = TextTokenizer.Load(Path.Combine(folder, tier.Tokenizer!));
        var decoder = DecoderModel.Load(Path.Combine(folder, tier.Model));
        if (decoder.Vocabulary == tokenizer.VocabularySize)
        {
            return new(decoder, tokenizer);
        }

        decoder.Dispose();
        throw new ModelInvalidException($"It has {decoder.Vocabulary} tokens, its tokenizer '{tier.Tokenizer}' {tokenizer.VocabularySize}. Use the tokenizer that it was trained with.");
    }

    private static void Assemble(string folder, ReleaseManifest manifest, TaskDefinition? definition, BatchingOptions batching, List<IDisposable> models, List<Tier> tiers)
    {
        var target = (LanguageModel)models[^1];
        var calls = new FunctionCallTask(definition ?? new() { Name = manifest.Task, Kind = manifest.Kind, Labels = manifest.Labels }, target.Tokenizer);
        calls.Prompt(""); // throws now, not at the first request, where the tokenizer lacks the markers
        var heads = manifest.Files.Any(file => file.Name == LanguageModelRelease.MedusaFile) ? MedusaHeads.Load(Path.Combine(folder, LanguageModelRelease.MedusaFile)) : null;
        try
        {
            var (draft, tagger) = (models.SkipLast(1).OfType<LanguageModel>().FirstOrDefault(), models.OfType<CallTagger>().FirstOrDefault());
            var ahead = new Understudies(target, draft, heads, tagger);
            var lanes = new WriterLanes($"{manifest.Task} {manifest.Version}", batching);
            _ = target.Costs; // measured now, not while the first caller waits
            for (var i = 0; i < models.Count; i++)
            {
                var (tier, leads) = (manifest.Tiers[i], i == models.Count - 1);
                var threshold = leads ? 0 : manifest.Thresholds.Certified ? tier.Threshold : 2; // what nobody measured is not trusted
                ITextWriter writer = models[i] is CallTagger reader
                    ? new TaggerWriter(tier.Name, reader, calls)
                    : new CallWriter(
                        tier.Name, (LanguageModel)models[i], calls, ahead, lanes, leads ? SpeculationNames.Read(manifest.Speculation, ahead.Available) : null,
                        leads ? new Owned([ahead, lanes, .. models.Where(model => model != target && model != draft && model != tagger)]) : null);
                tiers.Add(new(tier.Name, writer, tier.Temperature, threshold, tier.MillisecondsPerItem));
            }
        }
        catch
        {
            heads?.Dispose();
            throw;
        }
    }

    private sealed class Owned(params IDisposable[] all) : IDisposable
    {
        public void Dispose() => Array.ForEach(all, one => one.Dispose());
    }
}
