using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Taggers;

/// <summary>Trains a tagger on requests whose values change from epoch to epoch.</summary>
internal sealed class TaggerTrainer(CallTaggerModel model, CallLabels labels, TextTokenizer tokenizer, TaggerTraining training)
{
    /// <summary>The smoothed loss of each epoch, and the share of held-out calls that are wholly right.</summary>
    public List<(double Loss, double Right)> Measured { get; } = [];

    /// <exception cref="TrainingDivergedException">The loss became infinite.</exception>
    public void Train(IReadOnlyList<TaggedRequest> requests, IReadOnlyList<TaggedRequest> heldOut, Action<double, string>? report = null, CancellationToken cancellationToken = default)
    {
        var random = new Random(training.Seed);
        var rows = new FunctionCallRows(requests, tokenizer, DecoderTraining.Unchanged with { SwapValues = training.SwapValues, SwapAcrossIntents = true, RandomOpenValues = training.RandomOpenValues }, int.MaxValue);
        using var optimizer = optim.AdamW(model.parameters(), training.Rate, weight_decay: training.WeightDecay);
        using var hold = new CollectionHold();
        var (step, steps) = (0, (requests.Count + training.BatchTexts - 1) / training.BatchTexts * training.Epochs);
        for (var epoch = 1; epoch <= training.Epochs; epoch++)
        {
            model.train();
            Row[] all = [.. Enumerable.Range(0, requests.Count).Select(request => Encode(rows.Vary(request, random))).Where(row => row.Ids.Length <= training.MaxTokens)];
            var loss = 0.0;
            var batches = Batches.Plan([.. all.Select(row => row.Ids.Length)], int.MaxValue, training.BatchTexts, random);
            foreach (var batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hold.Renew();
                using var scope = NewDisposeScope();
                var done = Math.Min(1, (step++ + 1.0) / steps);
                optimizer.ParamGroups.First().LearningRate = training.Rate * Math.Min(done / 0.05, (1 - done) / 0.95);
                optimizer.zero_grad();
                var value = Loss([.. batch.Select(place => all[place])], random);
                value.backward();
                nn.utils.clip_grad_norm_(model.parameters(), 1.0);
                optimizer.step();
                var now = value.item<float>();
                loss += now / batches.Count;
                if (!float.IsFinite(now))
                {
                    throw new TrainingDivergedException($"The tagger's loss became {now} in epoch {epoch}. Lower its 'rate' ({training.Rate}) in the recipe.");
                }
            }

            Measured.Add((loss, heldOut.Count == 0 ? double.NaN : Right(heldOut)));
            report?.Invoke((double)epoch / training.Epochs, $"epoch {epoch} of {training.Epochs}: loss {loss:F3}, {Measured[^1].Right:P1} of held-out calls right");
        }

        model.eval();
    }

    /// <summary>The share of requests whose whole call is right.</summary>
    private double Right(IReadOnlyList<TaggedRequest> requests) => requests.Average(request => Read(request.Text).Equals(request.Call) ? 1.0 : 0);

    /// <summary>A request's call as the model has it, in float32.</summary>
    private FunctionCall Read(string text)
    {
        model.eval();
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var ids = tokenizer.Encode(FunctionCallPrompt.Normal(text));
        ids = ids[..Math.Min(ids.Length, training.MaxTokens)];
        var words = RequestWords.Of(tokenizer, ids);
        var (batch, mask) = Batches.Pad([ids]);
        var (intents, tags) = model.forward(batch, mask);
        var firsts = tensor(words.Firsts.Select(first => (long)first).ToArray());
        return labels.Best(
            words.Words,
            functional.log_softmax(intents, 1).data<float>().ToArray(),
            functional.log_softmax(tags[0].index_select(0, firsts), 1).data<float>().ToArray()).Request.Call;
    }

    private Row Encode(TaggedRequest request)
    {
        var ids = tokenizer.Encode(request.Text);
        return new(ids, [.. RequestWords.Of(tokenizer, ids).Firsts], labels.TagsOf(request), labels.Intents.ToList().IndexOf(request.Intent));
    }

    private Tensor Loss(Row[] batch, Random random)
    {
        var (ids, mask) = Batches.Pad([.. batch.Select(row => Hide(row.Ids, random))]);
        var width = (int)ids.shape[1];
        var (intents, tags) = model.forward(ids, mask);
        var places = tensor(batch.SelectMany((row, at) => row.Firsts.Select(first => ((long)at * width) + first)).ToArray());
        var said = tags.reshape(-1, labels.Tags.Count).index_select(0, places);
        return functional.cross_entropy(intents, tensor(batch.Select(row => (long)row.Intent).ToArray()))
            + (functional.cross_entropy(said, tensor(batch.SelectMany(row => row.Tags.Select(tag => (long)tag)).ToArray()), reduction: Reduction.Sum) / batch.Length);
    }

    /// <summary>Some tokens become padding that is read: what they are has to follow from those around them.</summary>
    private int[] Hide(int[] ids, Random random) => training.TokenDropout <= 0 ? ids : Array.ConvertAll(ids, id => random.NextDouble() < training.TokenDropout ? 0 : id);

    private sealed record Row(int[] Ids, int[] Firsts, int[] Tags, int Intent);
}
