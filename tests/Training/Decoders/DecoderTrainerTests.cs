using TorchSharp;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;
using Understudy.Training.Decoders;
using Understudy.Training.LanguageModels;

namespace Understudy.Training.Tests.Decoders;

public sealed class DecoderTrainerTests : IDisposable
{
    private static readonly DecoderShape Shape = new(300, 32, 2, 2, 1, 16, 64, 64);
    private static readonly string[] Names = ["anna", "bert", "carl", "dora", "emil", "fred"];
    private readonly string _folder = Directory.CreateTempSubdirectory("decoder").FullName;

    private static readonly IReadOnlyList<TaggedRequest> Requests =
        [.. from name in Names from verb in new[] { "call", "ring" } select TaggedRequest.Parse($"{verb} {name} now", "Call", "O B-person O")];

    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(
        Requests.SelectMany(request => new[] { request.Text, request.Call.ToJson() }), new() { Vocabulary = 300, SpecialTokens = FunctionCallPrompt.SpecialTokens });

    private static readonly DecoderTraining Training = new() { Steps = 120, TextFirst = 5, TextEvery = 10, TextTokens = 16, TextRows = 2, Requests = 6, SwapValues = 0.3, Rate = 0.01, WarmUp = 5, Dropout = 0 };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Train_FewRequests_WritesTheirCallsAndGreedyDecodingAgrees(int? muonFrom)
    {
        var calls = new FunctionCallRows(Requests, Tokenizer, Training, Shape.MaxTokens);
        TokenRow[] rows = [.. Requests.Select(calls.Row)];
        using var model = New(1);
        var before = DecoderTrainer.Measure(model, rows);
        Run(model, "a", Training with { Steps = 240, MuonFrom = muonFrom });
        var after = DecoderTrainer.Measure(model, rows);

        Assert.Equal(0, before.Rows);
        Assert.True(after.Rows > 0.9, $"only {after.Rows:P0} of the calls are right");
        Assert.Equal(after.Rows, rows.Average(row => Greedy(model, row).SequenceEqual(row.Ids[row.From..]) ? 1.0 : 0.0), 1e-9);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(0, 0)]
    [InlineData(8, 0)]
    [InlineData(null, 0.1)]
    public void Train_CutOffAndStartedAgain_EndsWhereAnUninterruptedTrainingEnds(int? muonFrom, double dropout)
    {
        var training = Training with { Steps = 12, MuonFrom = muonFrom, Dropout = dropout };
        using var whole = New(2, dropout);
        var expected = Run(whole, "whole", training);

        using (var first = New(2, dropout))
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Run(first, "cut", training, done => { if (done > 0.5) { stop.Cancel(); } }, stop.Token));
        }

        using var second = New(3, dropout);
        var actual = Run(second, "cut", training);

        Assert.Equal(expected.Select(point => (point.Step, point.Kind)), actual.Select(point => (point.Step, point.Kind)));
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-4));
    }

    [Fact]
    public void Train_CheckpointOfAnotherModel_SaysSo()
    {
        using var one = New(1);
        Run(one, "a", Training with { Steps = 1 });
        using var other = new TextDecoder(Shape with { Width = 48 }, tied: false);
        var error = Assert.Throws<InvalidDataException>(() => Run(other, "a", Training with { Steps = 1 }));
        Assert.Contains("another size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_WithATeacher_ComesNearerToItThanWithout()
    {
        using var teacher = New(1);
        using (torch.no_grad())
        {
            // A teacher with opinions of its own, which the data does not teach.
            teacher.head!.weight.mul_(10);
        }

        var training = Training with { Steps = 40, SoftTargetShare = 0.9 };
        using var taught = New(5);
        using var alone = New(5);
        Run(taught, "taught", training, teacher: teacher);
        Run(alone, "alone", training);
        var (near, far) = (Divergence(teacher, taught), Divergence(teacher, alone));
        Assert.True(near < far / 2, $"{near:F3} nats from the teacher with its soft targets, {far:F3} without");
    }

    [Fact]
    public void Train_MedusaHeads_GuessTheTokensAhead()
    {
        using var model = New(1);
        Run(model, "base", Training with { Steps = 240 });
        var calls = new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens);
        using var heads = new MedusaBlocks(2, Shape.Width);
        var before = Hits();
        new MedusaTrainer(model, heads, new() { Heads = 2, Steps = 150, Rate = 0.02 }, Path.Combine(_folder, "heads"))
            .Train(new(Training with { TextFirst = 0, TextEvery = 0 }, new int[200], calls), (_, _) => { });
        var after = Hits();

        Assert.True(before.Max() < 0.5, $"untrained heads guess {before.Max():P0}");
        Assert.True(after.Min() > 0.8, $"trained heads guess {after[0]:P0} and {after[1]:P0}");
        TokenRow[] rows = [.. Requests.Select(calls.Row)];
        Assert.All(MedusaTrainer.Measure(model, heads, rows).Zip(after), pair => Assert.Equal(pair.Second, pair.First, 0.02));

        // The plain way: at each place of each call, head k against the token that stands k + 2 places on.
        double[] Hits()
        {
            using var none = torch.no_grad();
            var hits = new List<double>[] { [], [] };
            foreach (var row in Requests.Select(calls.Row))
            {
                using var scope = torch.NewDisposeScope();
                var states = heads.forward(model.forward(torch.tensor(row.Ids.Select(id => (long)id).ToArray(), [1, row.Ids.Length]))[0]);
                for (var head = 0; head < 2; head++)
                {
                    var guesses = states[head].matmul(model.head!.weight.t()).argmax(1).data<long>().ToArray();
                    hits[head].AddRange(Enumerable.Range(row.From - 1, row.Ids.Length - row.From - 1 - head).Select(at => guesses[at] == row.Ids[at + 2 + head] ? 1.0 : 0.0));
                }
            }

            return [.. hits.Select(head => head.Average())];
        }
    }

    [Fact]
    public void At_OneRoundOfSteps_ReadsEveryRequestOnceAndTheSameInEveryRun()
    {
        var training = Training with { TextEvery = 0, TextFirst = 0, SwapValues = 0 };
        DecoderBatches Batches() => new(training, new int[200], new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens));
        var (one, other) = (Batches(), Batches());
        static string Text(TokenRow row) => Tokenizer.Decode(row.Ids);

        Assert.Equal(Requests.Select(request => request.Text).Order(), new[] { 0, 1 }.SelectMany(one.At).Select(row => Text(row).Split('{')[0]).Order());
        Assert.Equal(one.At(7).Select(Text), other.At(7).Select(Text));
    }

    [Fact]
    public void At_RequestsThatDoNotFillABatch_OthersAreLeftOutEachTime()
    {
        IReadOnlyList<TaggedRequest> requests = [.. Enumerable.Range(1, 7).Select(words => TaggedRequest.Parse($"call {string.Join(' ', Names.Append("gus").Take(words))}", "Call", $"O {string.Join(' ', Enumerable.Repeat("O", words))}"))];
        var batches = new DecoderBatches(
            Training with { TextEvery = 0, TextFirst = 0, Requests = 2 }, [], new FunctionCallRows(requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens));

        Assert.Equal(requests.Select(request => request.Text), Enumerable.Range(0, 60).SelectMany(batches.At).Select(row => Tokenizer.Decode(row.Ids).Split('{')[0]).Distinct().OrderBy(text => text.Length));
    }

    [Fact]
    public void Row_RandomValues_AreCopiedIntoTheCallAndNoOtherRequestHasThem()
    {
        var known = Requests.Select(request => request.Text).ToHashSet();
        var calls = new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged with { RandomValues = 1 }, Shape.MaxTokens);
        var rows = Enumerable.Range(0, 50).Select(seed => Tokenizer.Decode(calls.Row(seed % Requests.Count, new Random(seed)).Ids)).ToArray();

        Assert.Contains(rows, row => !known.Contains(row.Split('{')[0]));
        Assert.All(rows, row =>
        {
            var words = row.Split('{')[0].Split(' ');
            Assert.Contains($"\"person\":\"{string.Join(' ', words[1..^1])}\"", row, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Row_ValuesOfAnOpenSlot_AreDrawnAtRandomAndThoseOfAClosedOneKept()
    {
        IReadOnlyList<TaggedRequest> requests = [.. Enumerable.Range(0, 8).Select(at => TaggedRequest.Parse($"fly {Names[at % 6]}{at} to rome", "Fly", "O B-person O B-city"))];
        var calls = new FunctionCallRows(requests, Tokenizer, DecoderTraining.Unchanged with { RandomOpenValues = 1 }, 64);
        var texts = Enumerable.Range(0, 40).Select(seed => Tokenizer.Decode(calls.Row(seed % 8, new Random(seed)).Ids).Split('{')[0]).ToArray();

        Assert.All(texts, text => Assert.EndsWith(" to rome", text, StringComparison.Ordinal));
        Assert.True(texts.Distinct().Count() > 8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Row_SwapAcrossIntents_TakesTheValuesOfIntentsThatMeanTheSame(bool across)
    {
        string[] near = ["rome", "oslo", "bern"], far = ["rome", "kiel", "graz"], other = ["xxx", "yyy"];
        IReadOnlyList<TaggedRequest> requests =
        [
            .. near.Select(city => TaggedRequest.Parse($"fly {city}", "Fly", "O B-city")),
            .. far.Select(city => TaggedRequest.Parse($"rain {city}", "Rain", "O B-city")),
            .. other.Select(city => TaggedRequest.Parse($"code {city}", "Code", "O B-city")),
        ];
        var calls = new FunctionCallRows(requests, Tokenizer, DecoderTraining.Unchanged with { SwapValues = 1, SwapAcrossIntents = across }, 64);
        var texts = Enumerable.Range(0, 200).Select(seed => Tokenizer.Decode(calls.Row(0, new Random(seed)).Ids).Split('{')[0]).ToArray();

        Assert.Equal(across, texts.Contains("fly kiel"));
        Assert.DoesNotContain("fly xxx", texts);
    }

    [Fact]
    public void Row_SeveralReadings_BeginsWithThePromptThatSuchAModelIsServedWith()
    {
        var served = Tokenizer.WithTemplate(FunctionCallPrompt.Template(2));
        var calls = new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged with { Readings = 2 }, Shape.MaxTokens);
        Assert.All(Requests, request =>
        {
            var (row, prompt) = (calls.Row(request), FunctionCallPrompt.Encode(served, request.Text));
            Assert.Equal(prompt, row.Ids[..row.From]);
            Assert.Equal(request.Call.ToJson(), Tokenizer.Decode(row.Ids.AsSpan(row.From)));
        });
    }

    [Fact]
    public void Frequent_OfWhatTheHeadsLearn_AreTheTokensThatStandThereMost()
    {
        var calls = new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens);
        var batches = new DecoderBatches(Training with { TextFirst = 0, TextEvery = 0 }, new int[200], calls);
        var counts = Enumerable.Range(0, 2).SelectMany(batches.At).SelectMany(row => row.Ids.Skip(row.From + 1)).GroupBy(token => token).ToDictionary(group => group.Key, group => group.Count());

        var frequent = MedusaTrainer.Frequent(batches, 2, 5);

        Assert.Equal(frequent.Order(), frequent);
        Assert.Equal(5, frequent.Length);
        Assert.True(frequent.Min(token => counts[token]) >= counts.Where(pair => !frequent.Contains(pair.Key)).Max(pair => pair.Value));
    }

    [Fact]
    public void Weights_OfSomeTokens_AreTheColumnsOfTheModelsHead()
    {
        using var model = New(1);
        using var heads = new MedusaBlocks(2, Shape.Width);
        int[] tokens = [3, 9, 40];
        var (all, some) = (heads.Weights(model), heads.Weights(model, tokens));

        Assert.Equal(Enumerable.Range(0, Shape.Width).SelectMany(row => tokens.Select(token => all.Head[(row * all.Vocabulary) + token])), some.Head);
        Assert.Equal(tokens, some.Tokens);
        TokenRow[] rows = [.. Requests.Select(new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens).Row)];
        Assert.Equal(MedusaTrainer.Measure(model, heads, rows), MedusaTrainer.Measure(model, heads, rows, [.. Enumerable.Range(0, Tokenizer.VocabularySize)]));
        Assert.All(MedusaTrainer.Measure(model, heads, rows, [FirstToken]), share => Assert.Equal(0, share));
    }

    /// <summary>A token that no call has.</summary>
    private static int FirstToken => Tokenizer.Id(FunctionCallPrompt.RequestToken)!.Value;

    [Fact]
    public void Schedule_BeforeItFalls_DoesNotDependOnTheNumberOfSteps() => Assert.All(
        Enumerable.Range(0, 70),
        step => Assert.Equal(DecoderTrainer.Schedule(Training with { Steps = 100 }, step), DecoderTrainer.Schedule(Training with { Steps = 1000 }, step)));

    private static TextDecoder New(int seed, double dropout = 0)
    {
        torch.random.manual_seed(seed);
        return new(Shape with { Vocabulary = Tokenizer.VocabularySize }, tied: false, dropout);
    }

    private List<LossPoint> Run(TextDecoder model, string name, DecoderTraining training, Action<double>? onStep = null, CancellationToken cancellationToken = default, TextDecoder? teacher = null)
    {
        var calls = new FunctionCallRows(Requests, Tokenizer, training, Shape.MaxTokens);
        var text = LanguageModelData.Stream(Tokenizer, Enumerable.Repeat("anna and bert ring carl and dora now", 20).ToArray());
        var trainer = new DecoderTrainer(name, model, training, Path.Combine(_folder, name), teacher);
        trainer.Train(new(training, text, calls), (done, _) => onStep?.Invoke(done), cancellationToken);
        return trainer.Measured;
    }

    private static IEnumerable<int> Greedy(TextDecoder model, TokenRow row)
    {
        using var none = torch.no_grad();
        var ids = row.Ids[..row.From].ToList();
        while (ids.Count < row.Ids.Length)
        {
            using var scope = torch.NewDisposeScope();
            var hidden = model.forward(torch.tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count]));
            ids.Add((int)model.Logits(hidden[0, -1].unsqueeze(0)).argmax(1).item<long>());
        }

        return ids.Skip(row.From);
    }

    /// <summary>Mean KL(teacher ‖ student) over the calls' tokens.</summary>
    private static double Divergence(TextDecoder teacher, TextDecoder student)
    {
        var calls = new FunctionCallRows(Requests, Tokenizer, DecoderTraining.Unchanged, Shape.MaxTokens);
        using var none = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var batch = TokenBatch.Of([.. Requests.Select(calls.Row)]);
        torch.Tensor Logs(TextDecoder model) => torch.nn.functional.log_softmax(model.Logits(model.forward(batch.Ids).view(-1, Shape.Width).index_select(0, batch.Positions)), 1);
        var (wanted, had) = (Logs(teacher), Logs(student));
        return (wanted.exp() * (wanted - had)).sum(1).mean().item<float>();
    }
}
