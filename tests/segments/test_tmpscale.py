import time, msgspec, pyarrow as pa
from konnektu.access.api import system_caller
from konnektu.segments import views
from konnektu.segments.counting import Counter, counted
from tests.belt.support import NOW, identify, send, track, run_writer
from tests.privacy.support import seal_all
from tests.segments.test_counting import RULES, _shop
def test_scale(storage, workspace, event_store_server):
    _shop(storage, workspace); run_writer(storage, workspace)
    seal_all(storage, workspace)
    N=100_000
    with storage.workspace(workspace).transaction() as db:
        (src,)=db.execute("SELECT profile FROM orders LIMIT 1").fetchone()
        db.execute(f"INSERT INTO profile SELECT g, born, known, first_seen, last_seen, position, attributes, state FROM profile, generate_series(1000000, {1000000+N}) g WHERE id=%s",[src])
        db.execute(f"INSERT INTO order_figures SELECT g, currency, orders,purchases,gross,cancelled,returned,net,average,largest,first_at,last_at FROM order_figures, generate_series(1000000, {1000000+N}) g WHERE profile=%s",[src])
        cols=[r[0] for r in db.execute("select column_name from information_schema.columns where table_name='orders' and table_schema=current_schema() order by ordinal_position")]
        sel=', '.join({'number':"'n'||g",'profile':'g','atom':'g'}.get(c,c) for c in cols)
        db.execute(f"INSERT INTO orders ({', '.join(cols)}) SELECT {sel} FROM orders, generate_series(1000000, {1000000+N}) g WHERE profile=%s",[src])
        db.execute("ANALYZE profile"); 
    c=Counter(storage, system_caller(workspace), NOW)
    out=[]
    for key in ('city','city','viewed','bought','bought','agreed','known'):
        a,b=time.time(),time.process_time(); r=counted(c, views.Draft(definition={"entry": RULES[key]})); out.append((key,r.people,r.base,round(time.time()-a,2),'cpu',round(time.process_time()-b,2)))
    print(*out,sep='\n'); assert 0, out
