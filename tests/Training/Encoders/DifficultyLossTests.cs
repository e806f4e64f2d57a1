using TorchSharp;
using Understudy.Training.Encoders;

namespace Understudy.Training.Tests.Encoders;

public sealed class DifficultyLossTests
{
    [Fact]
    public void Of_RandomBatches_EqualsTheMeanOverPairs()
    {
        torch.random.manual_seed(5);
        for (var round = 0; round < 20; round++)
        {
            using var scope = torch.NewDisposeScope();
            var logits = torch.randn(12, 4) * 2;
            var gold = torch.randint(0, 4, 12, torch.ScalarType.Int64);
            var rows = torch.nn.functional.softmax(logits, 1).data<float>().ToArray().Chunk(4).ToArray();
            var right = rows.Select((row, i) => Array.IndexOf(row, row.Max()) == gold[i].item<long>()).ToArray();
            var losses = from i in Enumerable.Range(0, 12)
                         from j in Enumerable.Range(0, 12)
                         where right[i] && !right[j]
                         select Math.Max(0, 0.5 - (rows[i].Max() - rows[j].Max()));
            Assert.Equal(losses.DefaultIfEmpty(0).Average(), DifficultyLoss.Of(logits, gold, 0.5).item<float>(), 1e-4);
        }
    }

    [Fact]
    public void Of_NoExampleWrong_IsZero()
    {
        var logits = torch.tensor(new float[] { 3, 0, 0, 3 }, [2, 2]);
        Assert.Equal(0, DifficultyLoss.Of(logits, torch.tensor(new long[] { 0, 1 }), 0.5).item<float>());
    }
}
