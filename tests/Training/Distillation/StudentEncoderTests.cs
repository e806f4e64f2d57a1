using TorchSharp;
using Understudy.Training.Compression;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx;

namespace Understudy.Training.Tests.Distillation;

public sealed class StudentEncoderTests : IDisposable
{
    private static readonly EncoderShape Lead = new(400, 256, 512, 1536, 2, 4, 512);

    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".onnx");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Build_Shared_TrainsOnlyItsOwnPartAndUpdatesByLessThanTwoFifths()
    {
        torch.random.manual_seed(8);
        using var lead = new TextEncoder(Lead, 3, 0);
        using var student = StudentEncoder.Build(StudentStart.Shared, lead, 0);
        var before = Exported(student);
        new EncoderTrainer("student", student, new() { Epochs = 2, Rate = 1e-2 }).Train([.. Enumerable.Range(0, 12).Select(at => new TokenizedText([at + 5, 7, 9], at % 3))], []);
        var after = Exported(student);

        Assert.Equal(Values(lead.embedding.weight!), Values(student.embedding.weight!));
        Assert.Equal(Values(lead.layers[0].up.weight), Values(student.layers[0].up.weight));
        Assert.NotEqual(Values(lead.pool.weight), Values(student.pool.weight));
        Assert.InRange(1 - ((double)SharedBytes.Count(before, after) / after.Length), 0.05, 0.4);
        Assert.InRange(StudentEncoder.SharedParameters(student), 1_900_000, student.Parameters - 1);
    }

    [Fact]
    public void Build_Layers_AnswersAsTheLeadsFirstLayerWould()
    {
        torch.random.manual_seed(8);
        using var lead = new TextEncoder(Lead, 3, 0);
        using var student = StudentEncoder.Build(StudentStart.Layers, lead, 0);
        using var same = LayerTransfer.Start(lead, 1, 0);
        Assert.Equal(Logits(same), Logits(student));
        Assert.Equal(0, StudentEncoder.SharedParameters(student));
    }

    [Fact]
    public void Build_Principal_KeepsMoreOfTheDistancesThanARandomProjection()
    {
        torch.random.manual_seed(8);
        using var lead = new TextEncoder(Lead, 3, 0);
        using (torch.no_grad())
        {
            // Embeddings that lie near a plane of 100 dimensions.
            lead.embedding.weight!.copy_(torch.randn(400, 100).matmul(torch.randn(100, 256)) / 10);
        }

        double Error(StudentStart start)
        {
            using var student = StudentEncoder.Build(start, lead, 0);
            using var none = torch.no_grad();
            var (wanted, got) = (torch.cdist(lead.embedding.weight!, lead.embedding.weight!), torch.cdist(student.embedding.weight!, student.embedding.weight!));
            return (wanted - got).square().mean().item<float>();
        }

        Assert.True(Error(StudentStart.Principal) < 0.1 * Error(StudentStart.Projected));
    }

    [Fact]
    public void Count_BlocksThatStandWhereTheyStood_AreShared()
    {
        var (before, after) = (new byte[3 * 4096], new byte[(3 * 4096) + 10]);
        after[5000] = 1;
        Assert.Equal(2 * 4096, SharedBytes.Count(before, after));
    }

    private static float[] Logits(TextEncoder model) => [.. new EncoderTrainer("test", model, new()).Score([[4, 7, 9, 30], [5, 5, 12]]).SelectMany(row => row)];

    private static float[] Values(torch.Tensor tensor) => tensor.detach().data<float>().ToArray();

    private byte[] Exported(TextEncoder model)
    {
        model.eval();
        new EncoderExport(model, int8: true).Save(_file);
        return File.ReadAllBytes(_file);
    }
}
