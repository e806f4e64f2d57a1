using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Releases;

public sealed class ReleaseWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Build_Fails_LeavesOnlyAFolderThatWasThere(bool wasThere)
    {
        var release = _folder.At("mood/v2");
        if (wasThere)
        {
            Directory.CreateDirectory(release);
        }

        Assert.Throws<IOException>(() => ReleaseWriter.Build(release, () =>
        {
            ReleaseWriter.Begin(release);
            File.WriteAllText(Path.Combine(release, "linear.bin"), "half");
            throw new IOException("The disk is full.");
        }));

        Assert.Equal(wasThere, Directory.Exists(release));
    }

    public void Dispose() => _folder.Dispose();
}
