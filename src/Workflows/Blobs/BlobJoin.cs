using System.Security.Cryptography;
using System.Text;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Understudy.Workflows.Blobs;

/// <summary>
/// Writes a blob out of pieces so that it appears as a whole or, if it is not committed, not at all: what fits into one block by a
/// single request, more as blocks that become the blob together.
/// </summary>
/// <param name="run">Who writes it: blocks of two runs that write one blob at a time do not mix.</param>
internal sealed class BlobJoin(BlockBlobClient blob, BlobHttpHeaders headers, string run) : IAsyncDisposable
{
    private const int BlockBytes = 4 * 1024 * 1024;
    private const int IdBytes = 4;
    private readonly MemoryStream _block = new();
    private readonly List<string> _staged = [];

    public async Task AddAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_block.Length > 0 && _block.Length + piece.Length > BlockBytes)
        {
            await StageAsync(cancellationToken);
        }

        _block.Write(piece.Span);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        if (_staged.Count == 0)
        {
            _block.Position = 0;
            await blob.UploadAsync(_block, new BlobUploadOptions { HttpHeaders = headers }, cancellationToken);
            return;
        }

        await StageAsync(cancellationToken);
        await blob.CommitBlockListAsync(_staged, new CommitBlockListOptions { HttpHeaders = headers }, cancellationToken);
    }

    public ValueTask DisposeAsync() => _block.DisposeAsync();

    /// <summary>All of a blob's, and what others have left there uncommitted, are to be of one length, and it has always been this one.</summary>
    private string BlockId(int number)
    {
        for (var attempt = 0; ; attempt++)
        {
            var id = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{run}\n{number}\n{attempt}")).AsSpan(0, IdBytes));
            if (!_staged.Contains(id))
            {
                return id;
            }
        }
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        var id = BlockId(_staged.Count);
        _block.Position = 0;
        await blob.StageBlockAsync(id, _block, cancellationToken: cancellationToken);
        _staged.Add(id);
        _block.SetLength(0);
    }
}
